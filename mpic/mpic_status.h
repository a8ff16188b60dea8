
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * The status of a coordinator and of a perspective as JSON and as metrics for
 * Prometheus: what is counted, and what is configured.
 */


#ifndef _MPIC_STATUS_H_INCLUDED_
#define _MPIC_STATUS_H_INCLUDED_


#include "mpic_certificate.h"
#include "mpic_health.h"
#include "mpic_json.h"
#include "mpic_prometheus.h"
#include "mpic_quorum.h"
#include "mpic_stat.h"


#define MPIC_VERSION  "0.1.0"


/* who serves it; times are milliseconds since the epoch */

typedef struct {
    mpic_str_t                      version;
    mpic_str_t                      nginx;
    int64_t                         pid;
    uint64_t                        now;
    /* in work, in all workers */
    unsigned long                   running;
} mpic_status_server_t;


/* a location that takes requests */

typedef struct {
    mpic_str_t                      name;
    mpic_str_t                      server;
    mpic_str_t                      set;
    const char                     *dialect;
    mpic_policy_e                   policy;
    /* for a request that names no numbers */
    mpic_terms_t                    terms;
    size_t                          attempts;
    uint64_t                        timeout;
} mpic_status_location_t;


typedef struct {
    const mpic_perspective_t       *rules;
    unsigned                        primary:1;
    mpic_health_t                   health;
    /* of the last failure; NULL data: there was none */
    mpic_str_t                      error;
    time_t                          error_at;
    const mpic_stat_perspective_t  *stat;
} mpic_status_perspective_t;


typedef struct {
    mpic_str_t                      name;
    mpic_status_perspective_t      *perspectives;
    size_t                          nperspectives;
    const mpic_certificate_t       *certificates;
    size_t                          ncertificates;
} mpic_status_set_t;


typedef struct {
    mpic_status_server_t            server;
    mpic_status_location_t         *locations;
    size_t                          nlocations;
    mpic_status_set_t              *sets;
    size_t                          nsets;
    const mpic_stat_t              *stat;
    /* files of records whose last line could not be written */
    unsigned long                   records_failing;
} mpic_status_t;


/*
 * The status of a coordinator.  0, or -1 without memory.
 */
int mpic_status_json(mpic_pool_t *pool, const mpic_status_t *status,
    mpic_str_t *text);
int mpic_status_metrics(mpic_pool_t *pool, const mpic_status_t *status,
    mpic_str_t *text);


/* a resolver, and what its self-test found last */

typedef enum {
    MPIC_STATUS_DNSSEC_UNKNOWN = 0,
    MPIC_STATUS_DNSSEC_VALIDATES,
    MPIC_STATUS_DNSSEC_FAILS
} mpic_status_dnssec_e;

typedef struct {
    mpic_str_t                      address;
    const mpic_stat_resolver_t     *stat;
    /* it has to prove that it validates */
    unsigned                        required:1;
    mpic_status_dnssec_e            dnssec;
    /* 0 and NULL data: it was not tested yet */
    time_t                          checked_at;
    mpic_str_t                      reason;
} mpic_status_resolver_t;


typedef struct {
    mpic_status_server_t            server;
    /* NULL data where it is not configured */
    mpic_str_t                      code;
    mpic_str_t                      rir;
    /* checks of a worker at a time */
    unsigned long                   max;
    mpic_status_resolver_t         *resolvers;
    size_t                          nresolvers;
    const mpic_stat_checks_t       *stat;
} mpic_status_checks_t;


/*
 * The status of a perspective.  0, or -1 without memory.
 */
int mpic_status_checks_json(mpic_pool_t *pool,
    const mpic_status_checks_t *status, mpic_str_t *text);
int mpic_status_checks_metrics(mpic_pool_t *pool,
    const mpic_status_checks_t *status, mpic_str_t *text);

/*
 * What the resolvers prove together, as it counts for checks: it validates if
 * one does, for only such are asked.  "which" is the one that this is taken
 * from, NULL where there is none that has to.
 */
mpic_status_dnssec_e mpic_status_dnssec(const mpic_status_checks_t *status,
    const mpic_status_resolver_t **which);


/* for the files that write JSON */

/*
 * A number that is not whole, with its digits after the point.
 */
void mpic_status_real(mpic_json_t *json, cJSON *parent, const char *name,
    double value, int digits);

/*
 * Seconds since the epoch, null for 0; of milliseconds.
 */
void mpic_status_time(mpic_json_t *json, cJSON *parent, const char *name,
    time_t value);
void mpic_status_moment(mpic_json_t *json, cJSON *parent, const char *name,
    uint64_t milliseconds);

/*
 * The members "role" to "since".
 */
void mpic_status_head(mpic_json_t *json, const char *role,
    const mpic_status_server_t *server, uint64_t since);

/*
 * An object of a histogram, of the errors that there were.
 */
void mpic_status_histogram(mpic_json_t *json, cJSON *parent,
    const char *name, const mpic_histogram_t *histogram);
void mpic_status_errors(mpic_json_t *json, cJSON *parent,
    const mpic_counter_t *errors);

/*
 * The sum of mpic_stat_statuses that are "400 and more, the client's fault".
 */
unsigned long mpic_status_refused(const mpic_counter_t *statuses);


#endif /* _MPIC_STATUS_H_INCLUDED_ */
