
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "ngx_mpic_poll.h"
