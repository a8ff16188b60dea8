
/*
 * Copyright (C) 2026 the MPIC for nginx authors
 *
 * Counting takes no lock: each counter is added to by itself.  A lock that
 * nginx releases if its holder is killed is taken once a minute, when the
 * history gets its next point.
 */


#include "ngx_http_mpic_stat.h"


static mpic_stat_result_e ngx_http_mpic_stat_result(
    ngx_http_mpic_fanout_t *fanout);
static void ngx_http_mpic_stat_history(ngx_http_mpic_main_conf_t *mmcf,
    mpic_stat_result_e result);
static void ngx_http_mpic_stat_calls(ngx_http_mpic_fanout_t *fanout);
static void ngx_http_mpic_stat_call(ngx_http_mpic_call_t *call,
    const mpic_call_t *state);
static mpic_stat_call_e ngx_http_mpic_stat_call_result(
    const mpic_call_t *state);
static void ngx_http_mpic_stat_errors(ngx_http_mpic_call_t *call,
    const mpic_call_t *state);


void
ngx_http_mpic_stat_request(ngx_http_mpic_fanout_t *fanout)
{
    size_t                   row;
    mpic_stat_t             *stat;
    mpic_stat_result_e       result;
    ngx_http_mpic_shared_t  *shared;

    shared = fanout->conf->set->main->shared;

    if (shared == NULL) {
        return;
    }

    stat = &shared->stat;

    ngx_http_mpic_stat_lost(shared);

    row = mpic_stat_row(fanout->request.check_type,
                        fanout->request.dcv.method);
    result = ngx_http_mpic_stat_result(fanout);

    ngx_mpic_count(&stat->requests[row][result], 1);

    if (result < MPIC_STAT_CURVES) {
        ngx_http_mpic_stat_history(fanout->conf->set->main, result);
    }

    if (fanout->is_answered) {
        ngx_mpic_count(
            &stat->duration.counts[mpic_histogram_bucket(fanout->took)], 1);
        ngx_mpic_count(&stat->duration.sum, fanout->took);
    }

    ngx_http_mpic_stat_calls(fanout);
}


static mpic_stat_result_e
ngx_http_mpic_stat_result(ngx_http_mpic_fanout_t *fanout)
{
    mpic_fanout_t  *machine;

    machine = &fanout->machine;

    if (fanout->broken) {
        return MPIC_STAT_FAILED;
    }

    if (!machine->answered) {
        return MPIC_STAT_UNANSWERED;
    }

    if (machine->rules.terms.quorum == 0) {
        return MPIC_STAT_MONITORING;
    }

    if (mpic_fanout_valid(machine)) {
        return MPIC_STAT_VALID;
    }

    return mpic_fanout_completed(machine) ? MPIC_STAT_INVALID
                                          : MPIC_STAT_INCOMPLETE;
}


static void
ngx_http_mpic_stat_history(ngx_http_mpic_main_conf_t *mmcf,
    mpic_stat_result_e result)
{
    time_t              now;
    ngx_slab_pool_t    *pool;
    mpic_stat_point_t  *point;

    now = ngx_time();
    point = mpic_stat_point(mmcf->shared->stat.points, now);

    if (point->minute != mpic_stat_minute(now)) {
        pool = (ngx_slab_pool_t *) mmcf->zone->shm.addr;

        ngx_shmtx_lock(&pool->mutex);

        if (point->minute != mpic_stat_minute(now)) {
            mpic_stat_begin(point, now);
        }

        ngx_shmtx_unlock(&pool->mutex);
    }

    ngx_mpic_count(&point->counts[result], 1);
}


static void
ngx_http_mpic_stat_calls(ngx_http_mpic_fanout_t *fanout)
{
    ngx_uint_t  i, n;

    n = (fanout->machine.attempt + 1) * fanout->machine.ncalls;

    for (i = 0; i < n; i++) {

        /* there may have been no memory for the calls of an attempt */

        if (fanout->calls[i / fanout->machine.ncalls] != NULL) {
            ngx_http_mpic_stat_call(ngx_http_mpic_fanout_call(fanout, i),
                                    &fanout->machine.calls[i]);
        }
    }
}


static void
ngx_http_mpic_stat_call(ngx_http_mpic_call_t *call, const mpic_call_t *state)
{
    mpic_stat_call_e          result;
    mpic_stat_perspective_t  *stat;

    if (call->perspective->slot == NULL) {
        return;
    }

    stat = &call->perspective->slot->stat;
    result = ngx_http_mpic_stat_call_result(state);

    ngx_mpic_count(&stat->calls[call->type][result], 1);

    if (result == MPIC_STAT_LATE && state->vote == MPIC_VOTE_PASSED) {
        ngx_mpic_count(&stat->late_passed[call->type], 1);
    }

    if (state->state == MPIC_CALL_ANSWERED) {
        ngx_mpic_count(
            &stat->latency.counts[mpic_histogram_bucket(call->took)], 1);
        ngx_mpic_count(&stat->latency.sum, call->took);
    }

    ngx_http_mpic_stat_errors(call, state);
}


static mpic_stat_call_e
ngx_http_mpic_stat_call_result(const mpic_call_t *state)
{
    if (state->vote == MPIC_VOTE_OUT) {
        return MPIC_STAT_NOT_AWAITED;
    }

    if (state->late) {
        return (state->state == MPIC_CALL_ANSWERED) ? MPIC_STAT_LATE
                                                    : MPIC_STAT_NOT_AWAITED;
    }

    switch (state->vote) {

    case MPIC_VOTE_PASSED:
        return MPIC_STAT_PASSED;

    case MPIC_VOTE_FAILED:
        return MPIC_STAT_NOT_PASSED;

    default:
        return MPIC_STAT_NO_VOTE;
    }
}


static void
ngx_http_mpic_stat_errors(ngx_http_mpic_call_t *call,
    const mpic_call_t *state)
{
    size_t                    i;
    uint64_t                  errors;
    mpic_stat_perspective_t  *stat;

    stat = &call->perspective->slot->stat;

    if (state->state == MPIC_CALL_ANSWERED) {
        errors = call->response.errors;

        if (call->response.passed && state->vote != MPIC_VOTE_PASSED) {
            errors |= (uint64_t) 1
                      << mpic_stat_error(MPIC_ERROR_PRIMARY_DNSSEC);
        }

    } else if (state->vote == MPIC_VOTE_OUT || state->late) {
        return;

    } else {
        errors = (uint64_t) 1
                 << mpic_stat_error(state->refused ? MPIC_ERROR_REMOTE_CHECK
                                                   : MPIC_ERROR_COMMUNICATION);
    }

    for (i = 0; errors != 0; i++, errors >>= 1) {
        if (errors & 1) {
            ngx_mpic_count(&stat->errors[i], 1);
        }
    }
}


void
ngx_http_mpic_stat_refused(ngx_http_mpic_loc_conf_t *mlcf, ngx_uint_t status)
{
    ngx_http_mpic_shared_t  *shared;

    shared = mlcf->set->main->shared;

    if (shared != NULL) {
        ngx_http_mpic_stat_lost(shared);
        ngx_mpic_count(
            &shared->stat.refused[mpic_stat_status((unsigned) status)], 1);
    }
}


void
ngx_http_mpic_stat_unkept(ngx_http_mpic_loc_conf_t *mlcf)
{
    ngx_http_mpic_shared_t  *shared;

    shared = mlcf->set->main->shared;

    if (shared != NULL) {
        ngx_mpic_count(&shared->stat.record_refusals, 1);
    }
}


void
ngx_http_mpic_stat_lost(ngx_http_mpic_shared_t *shared)
{
    ngx_uint_t         now;
    static ngx_uint_t  told;

    now = ngx_http_mpic_record_failures();

    ngx_mpic_count(&shared->stat.record_failures, now - told);
    told = now;
}


void
ngx_http_mpic_stat_batch(ngx_http_mpic_loc_conf_t *mlcf)
{
    ngx_http_mpic_shared_t  *shared;

    shared = mlcf->set->main->shared;

    if (shared != NULL) {
        ngx_mpic_count(&shared->stat.batches, 1);
    }
}
