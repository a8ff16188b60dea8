package MPIC;

# What every Test::Nginx file of the project begins with:
#
#     use lib 't/lib';
#     use MPIC;
#
#     run_tests();
#
#     __DATA__
#
# It brings all of Test::Nginx::Socket (no plan is needed), makes every block
# fail on [alert], [crit] and [emerg] in the error log, and adds sections:
#
#     --- json
#     is_valid = true
#     perspectives #= 6
#     perspectives[eu-west-1].check_response.details.found_at = "a.example"
#     perspectives.0.check_response.timestamp_ns =~ ^\d{19}$
#     errors.0.error_message !~ secret
#     details.response_page exists
#     error absent
#
# Each line is a path and what is expected there: "=" and "!=" compare with a
# JSON value, "=~" and "!~" match a regular expression, "#=" counts elements.
# A path's parts are member names and indices; [code] selects the element with
# that perspective_code, issue_type, error_type or field.
#
#     --- allow_log
#     [crit]
#
# lists what the error log may hold in this block after all.  A block with
# "must_die" may hold [emerg].
#
# Inside blocks, beside Test::Nginx's own, these are expanded: $TEST_NGINX_CERTS
# (folder of ca.pem, client.pem, coordinator.pem, p1.pem … p6.pem, server.pem,
# stranger.pem, and their .key), $TEST_NGINX_RESOLVER, $TEST_NGINX_SILENT_RESOLVER,
# $TEST_NGINX_TOKEN, $TEST_NGINX_KEY_AUTHORIZATION, $TEST_NGINX_DIGEST.

use strict;
use warnings;

use JSON::PP ();
use POSIX ();
use Test::More ();
use Time::HiRes ();

# Test::Nginx asks "nginx -V" twice a block, which costs a tenth of a second
# each time where nginx has sanitizers.  Has to be there before it is compiled.

BEGIN {
    my %said;

    no warnings 'once';

    *CORE::GLOBAL::readpipe = sub {
        my $command = $_[0];

        if (wantarray || $command !~ / -V 2>&1$/) {
            return CORE::readpipe($command);
        }

        if (!defined $said{$command}) {
            my $out = CORE::readpipe($command);
            return $out if $? != 0;
            $said{$command} = $out;
        }

        $? = 0;

        return $said{$command};
    };
}

my $json = JSON::PP->new->utf8->canonical->allow_nonref;
my @unwanted = ('[alert]', '[crit]', '[emerg]');

our %defaults = (
    TEST_NGINX_RESOLVER => '127.0.0.53:53',
    TEST_NGINX_SILENT_RESOLVER => '127.0.0.54:53',
    TEST_NGINX_TOKEN => 'evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA',
    TEST_NGINX_KEY_AUTHORIZATION =>
        'evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ-PCt92wr-oA'
        . '.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI',
    TEST_NGINX_DIGEST => 'lCM7cZyQXcVHK2nnW3jjAhNT3Fvm18UN-kWZZknKoYM',
);


sub import {
    my $caller = caller;

    if (!$ENV{MPIC_NETWORK}) {
        Test::More::BAIL_OUT('tests run in their own network: script/test');
    }

    $ENV{$_} //= $defaults{$_} for keys %defaults;

    # in the caller's package: Test::Base reads the blocks from its __DATA__
    eval "package $caller; use Test::Nginx::Socket 'no_plan'; 1" or die $@;

    tell_again();
    Test::Nginx::Socket::no_long_string();
    Test::Nginx::Socket::add_block_preprocessor(\&watch_error_log);
    Test::Nginx::Socket::add_response_body_check(\&check_json);
}


# An nginx without a master looks whether it was told to end after it has handled
# an event.  Told between that and epoll_wait(), it waits for the next event:
# Test::Nginx, which tells it once, would wait for its time-out and kill it.

sub tell_again {
    my $kill_process = \&Test::Nginx::Util::kill_process;

    no warnings 'redefine';
    *Test::Nginx::Util::kill_process = sub ($$$) {
        my ($pid, $wait) = @_;
        my $signal = $ENV{TEST_NGINX_FAST_SHUTDOWN} ? 'TERM' : 'QUIT';

        for my $n (0 .. 99) {
            last if !$wait || !$pid || waitpid($pid, POSIX::WNOHANG()) != 0;
            kill $signal, $pid if $n % 10 == 0;
            Time::HiRes::sleep(0.05);
        }

        return &$kill_process;
    };
}


sub watch_error_log {
    my ($block) = @_;

    my $allowed = join "\n", $block->allow_log // '',
                             defined $block->must_die ? '[emerg]' : '';
    my @patterns = grep { index($allowed, $_) < 0 } @unwanted;

    watch($block, 'no_error_log', @patterns);

    # the error log of a configuration that must fail is looked at; a terminal
    # full of [emerg] only looks like trouble
    if (defined $block->must_die && !defined $block->suppress_stderr) {
        $block->set_value('suppress_stderr', 1);
    }

    # what a worker says at its end is looked at when it has ended; only blocks
    # that look at it anyway are stopped for that
    if (defined $block->shutdown_error_log
        || defined $block->no_shutdown_error_log)
    {
        watch($block, 'no_shutdown_error_log', @patterns);
    }
}


sub watch {
    my ($block, $section, @patterns) = @_;

    my $own = $block->$section;
    my @own = ref $own eq 'ARRAY' ? @$own : split /\n/, $own // '';

    $block->set_value($section, join "\n", grep { length } @own,
                      grep { my $p = $_; !grep { $_ eq $p } @own } @patterns);
}


sub check_json {
    my ($block, $body, $request, $repeated, $dry_run) = @_;

    return if !defined $block->json || $dry_run;

    my $name = $block->name;
    my $data = eval { $json->decode($body) };

    if (!Test::More::ok(defined $data || !$@, "$name - the body is JSON")) {
        Test::More::diag("$@in: " . excerpt($body));
        return;
    }

    for my $line (grep { /\S/ && !/^\s*#/ } split /\n/, $block->json) {
        check_line($name, $data, $line, $body);
    }
}


sub check_line {
    my ($name, $data, $line, $body) = @_;

    my ($path, $operator, $expected) =
        $line =~ m{^\s*(\S+)\s+(=|!=|=~|!~|\#=|exists|absent)(?:\s+(.*?))?\s*$}
        or die "$name: cannot read the line: $line\n";

    my ($found, $value) = find($data, $path);
    my $passed = compare($operator, $found, $value, $expected // '');

    Test::More::ok($passed, "$name - json: $line")
        or Test::More::diag("there is "
                            . ($found ? excerpt($json->encode($value))
                                      : 'no such member')
                            . "\nbody: " . excerpt($body));
}


sub compare {
    my ($operator, $found, $value, $expected) = @_;

    return $found if $operator eq 'exists';
    return !$found if $operator eq 'absent';

    # a member that is not there satisfies no comparison, "!=" included
    return 0 if !$found;

    if ($operator eq '#=') {
        my $count = ref $value eq 'ARRAY' ? @$value
                    : ref $value eq 'HASH' ? keys %$value : -1;
        return $count == $expected;
    }

    my $text = $json->encode($value);

    if ($operator eq '=' || $operator eq '!=') {
        my $same = $text eq $json->encode($json->decode($expected));
        return $operator eq '=' ? $same : !$same;
    }

    $text = $value if defined $value && !ref $value
                      && !JSON::PP::is_bool($value);
    return $operator eq '=~' ? $text =~ /$expected/ : $text !~ /$expected/;
}


# (whether it is there, value)

sub find {
    my ($value, $path) = @_;

    for my $part ($path =~ /\[[^\]]*\]|[^.\[\]]+/g) {
        if ($part =~ /^\[(.*)\]$/) {
            return (0) if ref $value ne 'ARRAY';
            my $wanted = $1;
            my ($element) = grep { selected($_, $wanted) } @$value;
            return (0) if !defined $element;
            $value = $element;

        } elsif (ref $value eq 'ARRAY' && $part =~ /^\d+$/ && $part < @$value) {
            $value = $value->[$part];

        } elsif (ref $value eq 'HASH' && exists $value->{$part}) {
            $value = $value->{$part};

        } else {
            return (0);
        }
    }

    return (1, $value);
}


sub selected {
    my ($element, $wanted) = @_;

    return ref $element eq 'HASH'
           && grep { defined $element->{$_} && $element->{$_} eq $wanted }
                   qw(perspective_code issue_type error_type field);
}


sub excerpt {
    my ($text) = @_;

    return length $text > 2000 ? substr($text, 0, 2000) . ' …' : $text;
}


1;
