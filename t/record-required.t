# mpic_log_required: on a disk that is full, and has room again.

use strict;
use warnings;

use lib 't/lib';
use MPIC::Process;

use JSON::PP;
use Test::More;

BAIL_OUT('tests run in their own network: script/test')
    if !$ENV{MPIC_NETWORK};

$SIG{PIPE} = 'IGNORE';

my $caa = '{"check_type":"caa","domain_or_ip_target":"example.com"}';


# the file system of the records, as the master sees it, and nobody else

sub disk {
    my ($nginx) = @_;

    return "/proc/$nginx->{master}/root$nginx->{dir}/disk";
}


# not an octet is left, but for the rest of the last page of each file

sub fill {
    my ($nginx) = @_;

    open my $fh, '>>', disk($nginx) . '/ballast' or die "ballast: $!";
    binmode $fh;
    1 while syswrite $fh, 'x' x 4096;
    1 while syswrite $fh, 'x';
    ok($!{ENOSPC}, 'the disk is full');
}


sub empty {
    my ($nginx) = @_;

    ok(unlink(disk($nginx) . '/ballast'), 'there is room again');
}


sub text {
    my ($nginx, $file) = @_;

    open my $fh, '<', disk($nginx) . '/' . ($file // 'record.log') or return '';
    local $/;

    return <$fh>;
}


# whole lines: of those cut off, which a full disk leaves, there is no JSON

sub lines {
    my ($nginx, $file) = @_;

    return grep { defined } map { eval { decode_json($_) } }
           split /\n/, text($nginx, $file);
}


sub validations {
    return grep { $_->{event} eq 'mpic' } lines(@_);
}


sub gaps {
    return grep { $_->{event} eq 'gap' } lines(@_);
}


sub nobody_asked {
    my ($nginx) = @_;

    return !grep { IO::Select->new($_)->can_read(0) } @{$nginx->{listeners}};
}


sub answer_all {
    my ($nginx) = @_;

    for my $socket ($nginx->asked) {
        answer($socket);
        close $socket;
    }
}


# a request, with its perspectives if they are asked: 200 or 503

sub validate {
    my ($nginx, $n) = @_;
    my $client = $nginx->ask($caa);
    my $select = IO::Select->new($client, $nginx->{listeners}[0]);
    my ($ready) = $select->can_read($MPIC::Process::patience);

    answer_all($nginx) if $ready != $client;

    my ($status) = response($client) =~ /^HTTP\/1.1 (\d+)/
        or die 'no answer';

    $nginx->{answered}++ if $status == 200;

    return $status;
}


sub lost {
    my ($nginx) = @_;
    my ($n) = status($nginx) =~ /^mpic_record_failures_total (\d+)/m;

    return $n;
}


sub status {
    my ($nginx) = @_;
    my $socket = $nginx->connect;

    print $socket "GET /status HTTP/1.0\r\n\r\n";

    return response($socket);
}


sub metric {
    my ($nginx, $name) = @_;
    my ($value) = status($nginx) =~ /^$name (\d+)/m;

    return $value;
}


# what is wrong with these lines by the schema, and how many they are

sub checked {
    my ($nginx, $lines) = @_;

    $nginx->write("$nginx->{dir}/lines", $lines);

    return `t/lib/record-check docs/record.schema.json < '$nginx->{dir}/lines' 2>&1`;
}


sub start {
    my (%args) = @_;

    return MPIC::Process->start(
        disk => '1m',
        http => 'mpic_zone mpic:1m; mpic_log disk/record.log;'
            . ' mpic_log_required on;' . ($args{http} // ''),
        server => 'location = /status { mpic_status format=prometheus; }'
            . 'location = /draft { mpic_validate world dialect=draft; }'
            . 'location = /not { mpic_validate world; mpic_log_required off; }',
        %args{grep { $_ ne 'http' } keys %args});
}


subtest 'refused while the disk is full, by all workers, and then not' => sub {
    my $nginx = start(workers => 2);
    my $n = 0;

    is(validate($nginx), 200, 'answered') for 1 .. 2;
    is(scalar(gaps($nginx)), 1, 'the file was tried before the first');
    is((gaps($nginx))[0]{lost}, 0, 'and nothing had been lost');

    fill($nginx);

    # the rest of the file's page takes some more
    $n++ while $n < 10 && validate($nginx) == 200;
    cmp_ok($n, '<', 10, 'refused soon');

    my $lost = lost($nginx);
    is($lost, 1, 'one record was lost: that which found the disk full');
    is(metric($nginx, 'mpic_records_failing'), 1, 'a file fails');

    for (1 .. 10) {
        my $response = response($nginx->ask($caa));

        like($response, qr/^HTTP\/1.1 503 .*\r\nRetry-After: 5\r\n/s,
             'refused');
        like($response, qr/\{"error":"record-not-writable","message":"The /,
             'and told why');
    }

    like(response($nginx->ask("[$caa,$caa]")),
         qr/^HTTP\/1.1 503 .*\{"error":"record-not-writable"/s, 'a batch');
    like(response($nginx->ask('{"is_caa_check_enabled":true}', undef,
                              '/draft')),
         qr/^HTTP\/1.1 503 .*\{"success":false,"error":"The coordinator can/s,
         'in the words of the draft');

    ok(nobody_asked($nginx), 'and nobody asked');
    is(metric($nginx, 'mpic_record_refusals_total'), 13, 'counted');
    is(lost($nginx), $lost, 'what was refused is no record lost');

    my $client = $nginx->ask($caa, undef, '/not');
    answer_all($nginx);
    like(response($client), qr/"is_valid":true/, 'where it is not required');
    ok(wait_until(sub { lost($nginx) == $lost + 1 }), 'its record is lost');

    my @workers = $nginx->workers;
    $nginx->signal('HUP');
    ok(wait_until(sub {
        my %is = map { $_ => 1 } $nginx->workers;
        keys %is == 2 && !grep { $is{$_} } @workers;
    }), 'a reload');

    like(response($nginx->ask($caa)), qr/^HTTP\/1.1 503 /, 'does not help');

    my $ballast = disk($nginx) . '/ballast';
    my $size = -s $ballast;
    truncate $ballast, $size - 4096;
    like(response($nginx->ask($caa)), qr/^HTTP\/1.1 503 /,
         'nor does room for a few lines');
    ok(nobody_asked($nginx), 'and nobody asked');

    empty($nginx);

    is(validate($nginx), 200, 'carried out at once');
    is(metric($nginx, 'mpic_records_failing'), 0, 'nothing fails');

    my @gaps = gaps($nginx);
    is(scalar @gaps, 2, 'a gap, which the record tells of');
    is($gaps[1]{lost}, $lost + 1, 'and how many are missing');
    is((validations($nginx))[-1]{outcome}, 'valid', 'behind it the record');
    is(scalar(validations($nginx)), $nginx->{answered} - $lost,
       'and all others are there');

    is(validate($nginx), 200, 'by both workers') for 1 .. 6;
    is(scalar(gaps($nginx)), 2, 'the gap is over');

    my $good = join '', map { "$_\n" } grep { eval { decode_json($_) } }
                        split /\n/, text($nginx);
    like(checked($nginx, $good), qr/^\d+ lines\n\z/, 'lines of the schema');
    unlike(checked($nginx, $good =~ s/"lost":\d+/"lost":-1/r),
           qr/^\d+ lines\n\z/, 'none lost is no less than 0');

    $nginx->signal('QUIT');
    ok($nginx->ended, 'ended');

    is(scalar(() = $nginx->error_log =~ /\[alert\]/g),
       scalar(() = $nginx->error_log =~ /\[alert\].*lines lost/g),
       'no other alert');
};


subtest 'a batch under way' => sub {
    my $nginx = start(http => 'mpic_batch_parallel 1;');

    my $client = $nginx->ask("[$caa,$caa,$caa]");
    my @asked = $nginx->asked;

    # the file's page full, too
    open my $fh, '>>', disk($nginx) . '/record.log' or die "record.log: $!";
    syswrite $fh, "{}\n" x ((4096 - (-s $fh) % 4096) / 3);
    syswrite $fh, ' ' while (-s $fh) % 4096;
    fill($nginx);

    for my $socket (@asked) {
        answer($socket);
        close $socket;
    }

    my ($body) = response($client) =~ /\r\n\r\n(.*)/s;
    my $answers = decode_json($body);

    ok($answers->[0]{is_valid}, 'the one that was out is answered');
    is($_->{error}, 'record-not-writable', 'those behind it are refused')
        for @$answers[1, 2];
    ok(nobody_asked($nginx), 'and nobody asked');

    is(metric($nginx, 'mpic_record_refusals_total'), 2, 'counted');
    is(lost($nginx), 1, 'as is the record');

    $nginx->signal('QUIT');
    ok($nginx->ended, 'ended');
};


subtest 'a copy that cannot be written' => sub {
    my $nginx = start(
        http => 'mpic_log disk/copy.log buffer=1k; mpic_log disk/gz gzip=1'
            . ' if=$arg_never;');

    is(validate($nginx), 200, 'answered');
    fill($nginx);

    my $n = 0;
    $n++ while $n < 10 && validate($nginx) == 200;
    cmp_ok($n, '<', 10, 'refused');

    empty($nginx);
    is(validate($nginx), 200, 'answered');
    is(scalar(grep { $_->{lost} } gaps($nginx, 'copy.log')), 1,
       'the copy tells of its gap');

    $nginx->signal('QUIT');
    ok($nginx->ended, 'ended');
};


done_testing();
