
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 */


#include "mpic_target.h"
#include "mpic_address.h"

#include <idn2.h>
#include <string.h>
#include <unistr.h>


/* in an excerpt of what the client sent */
#define MPIC_TARGET_SHOWN  100


static int mpic_text_check(mpic_pool_t *pool, const mpic_str_t *text,
    mpic_str_t *why);
static int mpic_target_address(mpic_pool_t *pool, const mpic_str_t *text,
    mpic_target_t *target, mpic_str_t *why);
static int mpic_target_special(mpic_pool_t *pool,
    const mpic_address_t *address, mpic_str_t *why);
static int mpic_target_literal(const mpic_str_t *text,
    mpic_address_t *address, const char **problem);
static int mpic_target_name(mpic_pool_t *pool, const mpic_str_t *text,
    mpic_target_t *target, mpic_str_t *why);
static int mpic_name_convert(mpic_pool_t *pool, const mpic_str_t *text,
    mpic_str_t *name, mpic_str_t *why);
static int mpic_name_to_ascii(mpic_pool_t *pool, const mpic_str_t *text,
    mpic_str_t *name, const char **problem);
static int mpic_name_needs_idna(const mpic_str_t *text);
static const char *mpic_name_problem(const mpic_str_t *name);
static const char *mpic_label_problem(const char *label, size_t len);
static int mpic_label_numeric(const char *label, size_t len);
static const char *mpic_name_last_label(const mpic_str_t *name);
static int mpic_name_below(const mpic_str_t *name, const char *zone);
static int mpic_refuse(mpic_pool_t *pool, const mpic_str_t *text,
    const char *problem, mpic_str_t *why);


int
mpic_target_parse(mpic_pool_t *pool, const mpic_str_t *text,
    mpic_target_t *target, mpic_str_t *why)
{
    int  rc;

    memset(target, 0, sizeof(mpic_target_t));

    why->len = 0;
    why->data = NULL;

    rc = mpic_text_check(pool, text, why);
    if (rc != 0) {
        return rc;
    }

    rc = mpic_target_address(pool, text, target, why);

    if (rc == 2) {
        rc = mpic_target_name(pool, text, target, why);
    }

    return rc;
}


int
mpic_name_canonical(mpic_pool_t *pool, const mpic_str_t *text,
    mpic_str_t *name, mpic_str_t *why)
{
    int  rc;

    name->len = 0;
    name->data = NULL;

    why->len = 0;
    why->data = NULL;

    rc = mpic_text_check(pool, text, why);
    if (rc != 0) {
        return rc;
    }

    return mpic_name_convert(pool, text, name, why);
}


static int
mpic_text_check(mpic_pool_t *pool, const mpic_str_t *text, mpic_str_t *why)
{
    size_t         i;
    unsigned char  ch;

    if (text->len == 0) {
        return mpic_refuse(pool, text, "is empty", why);
    }

    /* a stranger's text is bounded before any library works on it */

    if (text->len > MPIC_TARGET_TEXT_MAX) {
        return mpic_refuse(pool, text, "is too long", why);
    }

    for (i = 0; i < text->len; i++) {
        ch = (unsigned char) text->data[i];

        if (ch < 0x20 || ch == 0x7f) {
            return mpic_refuse(pool, text, "has a control character", why);
        }
    }

    if (u8_check((const uint8_t *) text->data, text->len) != NULL) {
        return mpic_refuse(pool, text, "is not valid UTF-8", why);
    }

    return 0;
}


/*
 * Returns 2 if the text is not meant to be an address.
 */

static int
mpic_target_address(mpic_pool_t *pool, const mpic_str_t *text,
    mpic_target_t *target, mpic_str_t *why)
{
    int              rc;
    char             buf[MPIC_ADDRESS_TEXT_MAX];
    size_t           len;
    const char      *problem;
    mpic_address_t   address;

    rc = mpic_target_literal(text, &address, &problem);

    if (rc == 1) {
        return mpic_refuse(pool, text, problem, why);
    }

    if (rc != 0) {
        return rc;
    }

    rc = mpic_target_special(pool, &address, why);
    if (rc != 0) {
        return rc;
    }

    target->type = (address.version == 4) ? MPIC_TARGET_IPV4
                                          : MPIC_TARGET_IPV6;

    memcpy(target->address, address.octets, sizeof(target->address));

    len = mpic_address_text(&address, buf);

    if (mpic_str_copy(pool, &target->name, buf, len) != 0) {
        return -1;
    }

    target->canonical = target->name;

    return 0;
}


/* BR 4.2.2 */

static int
mpic_target_special(mpic_pool_t *pool, const mpic_address_t *address,
    mpic_str_t *why)
{
    int          rc;
    char         buf[MPIC_ADDRESS_TEXT_MAX];
    size_t       len;
    const char  *block;

    block = mpic_address_special(address);

    if (block == NULL) {
        return 0;
    }

    len = mpic_address_text(address, buf);

    rc = mpic_str_printf(pool, why, "the address %.*s cannot be"
                         " certified: special-purpose block \"%s\"",
                         (int) len, buf, block);

    return (rc == 0) ? 1 : -1;
}


/*
 * Returns 0 with the address, 1 with what is wrong, or 2 if the text is not
 * meant to be an address.
 */

static int
mpic_target_literal(const mpic_str_t *text, mpic_address_t *address,
    const char **problem)
{
    int         brackets;
    mpic_str_t  host;

    brackets = (text->data[0] == '[');
    host = *text;

    if (!brackets && memchr(text->data, ':', text->len) == NULL) {
        return (mpic_address_parse(text, address) == 0) ? 0 : 2;
    }

    if (brackets) {
        if (text->data[text->len - 1] != ']') {
            *problem = "has a bracket that is not closed";
            return 1;
        }

        host.data++;
        host.len -= 2;
    }

    if (memchr(host.data, '%', host.len) != NULL) {
        *problem = "has a zone identifier";
        return 1;
    }

    if (mpic_address_parse(&host, address) != 0 || address->version != 6) {
        *problem = "is not an IPv6 address";
        return 1;
    }

    return 0;
}


static int
mpic_target_name(mpic_pool_t *pool, const mpic_str_t *text,
    mpic_target_t *target, mpic_str_t *why)
{
    int             rc;
    mpic_str_t      name;
    mpic_address_t  address;

    name = *text;

    if (name.len >= 2 && name.data[0] == '*' && name.data[1] == '.') {
        target->wildcard = 1;
        name.data += 2;
        name.len -= 2;
    }

    rc = mpic_name_convert(pool, &name, &target->name, why);
    if (rc != 0) {
        return rc;
    }

    name = target->name;

    if (memchr(name.data, '.', name.len) == NULL) {
        return mpic_refuse(pool, text, "is a single label, not a fully"
                           " qualified domain name", why);
    }

    target->reverse = mpic_name_below(&name, "in-addr.arpa")
                      || mpic_name_below(&name, "ip6.arpa");

    if (target->reverse && mpic_target_reversed(&name, &address) == 0) {
        rc = mpic_target_special(pool, &address, why);
        if (rc != 0) {
            return rc;
        }
    }

    if (!target->wildcard) {
        target->canonical = name;
        return 0;
    }

    return mpic_str_printf(pool, &target->canonical, "*.%.*s",
                           (int) name.len, name.data);
}


/*
 * The canonical form of a name without wildcard.
 */

static int
mpic_name_convert(mpic_pool_t *pool, const mpic_str_t *text,
    mpic_str_t *name, mpic_str_t *why)
{
    int          rc;
    const char  *problem;

    if (text->len == 0) {
        return mpic_refuse(pool, text, "is empty", why);
    }

    if (memchr(text->data, '*', text->len) != NULL) {
        return mpic_refuse(pool, text, "has a wildcard that is not the whole"
                           " first label", why);
    }

    rc = mpic_name_to_ascii(pool, text, name, &problem);

    if (rc == -1) {
        return -1;
    }

    if (rc == 0) {

        /* a full stop at the end only says that the name is absolute */

        if (name->len > 1 && name->data[name->len - 1] == '.') {
            rc = mpic_str_copy(pool, name, name->data, name->len - 1);
            if (rc != 0) {
                return -1;
            }
        }

        problem = mpic_name_problem(name);
    }

    return (problem != NULL) ? mpic_refuse(pool, text, problem, why) : 0;
}


/*
 * Lower case A-labels, or 1 and in "problem" why there are none.  Names of
 * ASCII labels without "xn--" are left to mpic_name_problem(): IDNA has
 * nothing to say on them, and would refuse host names like "r4---sn.example"
 * that are in use.
 */

static int
mpic_name_to_ascii(mpic_pool_t *pool, const mpic_str_t *text,
    mpic_str_t *name, const char **problem)
{
    int       rc;
    char      buf[MPIC_TARGET_TEXT_MAX + 1];
    size_t    i;
    uint8_t  *ascii;

    *problem = NULL;

    if (!mpic_name_needs_idna(text)) {
        for (i = 0; i < text->len; i++) {
            buf[i] = mpic_lower(text->data[i]);
        }

        return mpic_str_copy(pool, name, buf, text->len);
    }

    memcpy(buf, text->data, text->len);
    buf[text->len] = '\0';

    rc = idn2_lookup_u8((uint8_t *) buf, &ascii,
                        IDN2_NFC_INPUT|IDN2_NONTRANSITIONAL);

    if (rc == IDN2_MALLOC) {
        return -1;
    }

    if (rc != IDN2_OK) {
        *problem = (strncmp(idn2_strerror_name(rc), "IDN2_PUNYCODE", 13) == 0)
                   ? "has an A-label that cannot be decoded"
                   : "is not valid by IDNA2008";
        return 1;
    }

    rc = mpic_str_copy(pool, name, (char *) ascii, strlen((char *) ascii));

    idn2_free(ascii);

    return rc;
}


static int
mpic_name_needs_idna(const mpic_str_t *text)
{
    size_t  i;

    for (i = 0; i < text->len; i++) {

        if ((unsigned char) text->data[i] >= 0x80) {
            return 1;
        }

        if ((i == 0 || text->data[i - 1] == '.')
            && text->len - i >= 4
            && mpic_lower(text->data[i]) == 'x'
            && mpic_lower(text->data[i + 1]) == 'n'
            && text->data[i + 2] == '-'
            && text->data[i + 3] == '-')
        {
            return 1;
        }
    }

    return 0;
}


/*
 * NULL for a name of good form (RFC 1034 section 3.5, with underscores).
 */

static const char *
mpic_name_problem(const mpic_str_t *name)
{
    size_t       i, start;
    const char  *problem, *last;

    if (name->len > MPIC_NAME_MAX) {
        return "is longer than 253 octets";
    }

    for (i = 0, start = 0; i <= name->len; i++) {

        if (i < name->len && name->data[i] != '.') {
            continue;
        }

        problem = mpic_label_problem(name->data + start, i - start);
        if (problem != NULL) {
            return problem;
        }

        start = i + 1;
    }

    /* no top-level domain is a number; what looks so is a mistyped address */

    last = mpic_name_last_label(name);

    if (mpic_label_numeric(last,
                           name->len - (size_t) (last - name->data)))
    {
        return "is neither an address nor a name: its last label is numeric";
    }

    return NULL;
}


static const char *
mpic_label_problem(const char *label, size_t len)
{
    char    ch;
    size_t  i;

    if (len == 0) {
        return "has an empty label";
    }

    if (len > MPIC_LABEL_MAX) {
        return "has a label longer than 63 octets";
    }

    for (i = 0; i < len; i++) {
        ch = label[i];

        if (!((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9')
              || ch == '-' || ch == '_'))
        {
            return "has a character that is not allowed in a name";
        }
    }

    if (label[0] == '-' || label[len - 1] == '-') {
        return "has a label that begins or ends with a hyphen";
    }

    return NULL;
}


/*
 * Decimal, octal or hexadecimal, as inet_aton() and browsers would read it.
 */

static int
mpic_label_numeric(const char *label, size_t len)
{
    int     hex;
    char    ch;
    size_t  i;

    hex = (len >= 2 && label[0] == '0' && label[1] == 'x');

    for (i = hex ? 2 : 0; i < len; i++) {
        ch = label[i];

        if (!((ch >= '0' && ch <= '9')
              || (hex && ch >= 'a' && ch <= 'f')))
        {
            return 0;
        }
    }

    return 1;
}


static const char *
mpic_name_last_label(const mpic_str_t *name)
{
    const char  *p;

    for (p = name->data + name->len; p > name->data; p--) {
        if (p[-1] == '.') {
            break;
        }
    }

    return p;
}


static int
mpic_name_below(const mpic_str_t *name, const char *zone)
{
    size_t  len;

    len = strlen(zone);

    if (name->len < len
        || memcmp(name->data + name->len - len, zone, len) != 0)
    {
        return 0;
    }

    return name->len == len || name->data[name->len - len - 1] == '.';
}


/*
 * Returns 1 with the sentence, or -1.
 */

static int
mpic_refuse(mpic_pool_t *pool, const mpic_str_t *text, const char *problem,
    mpic_str_t *why)
{
    mpic_str_t  shown;

    if (mpic_str_excerpt(pool, &shown, text->data, text->len,
                         MPIC_TARGET_SHOWN)
        != 0)
    {
        return -1;
    }

    if (mpic_str_printf(pool, why, "\"%.*s\" %s",
                        (int) shown.len, shown.data, problem)
        != 0)
    {
        return -1;
    }

    return 1;
}
