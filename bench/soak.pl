# bench/soak in its network: the traffic, the samples, the judgement.

use strict;
use warnings;

use Time::HiRes qw(time);

use MPIC::Load;

my ($duration, $dir) = @ARGV;
my $step = $duration >= 600 ? 5 : 1;
my $calm = 6;

# The first fifth is warm-up; growth is from the second to the last, by medians.
# So many KiB, or so much of it, are too much; a short run has not seen all that
# an allocator keeps.
my ($slack, $share) = ($duration >= 600 ? 1024 : 6144, 0.10);

$SIG{PIPE} = 'IGNORE';
$| = 1;
$MPIC::LoadNginx::level = 'error';

my ($trouble, $troubled, $late, %samples, @order, %answered) = (0, 0, 0);

# Two of six are not to be trusted, and one of the four others is killed and
# reloaded; the rest is left in peace to be measured.

my $load = MPIC::Load->start(
    perspective => 'mpic_check_timeout 4s; mpic_perspective_log '
                   . 'logs/check.log buffer=64k flush=1s;',
    dns => sub { $_[0] =~ /hang/ ? undef : rand 0.5 },
    behave => { good => \&misbehave, close => \&misbehave },
    make => \&request,
    http => 'mpic_zone soak:1m; mpic_log logs/record.log buffer=64k flush=1s;',
    location => 'mpic_timeout 8s;');

my $target = MPIC::LoadMocks::target($load->{loop}, '127.0.0.59', 80);

# the second coordinator is the one to be reloaded
$load->{second} = MPIC::LoadNginx->start('second', '127.0.0.1:8092',
                                         $load->coordinator_conf(8092, 8093));

# warm: each worker has worked, each master that is to read its configuration
# again has done so; then idle
$load->clients(count => 16, think => 0.1);
$load->clients(count => 4, think => 0.1, port => 8092);
$load->more(300) or die "no answers\n";
$load->drain or die "no end\n";
$_->signal('HUP') for $load->{second}, $load->{perspectives}[3];

my $idle = idle();
my $start = time;

$load->clients(count => 24, h2 => 4, hangup => 0.1, think => 0.6);
$load->clients(count => 4, h2 => 1, hangup => 0.1, think => 0.6,
               port => 8092);
sample();
disturb();
$load->{loop}->run($duration);
finish();


sub misbehave {
    my $dice = rand;

    return (rand 0.5, 'garbage') if $dice < 0.08;
    return (0, 'reset') if $dice < 0.14;
    return (0, 'silent') if $dice < 0.15;
    return (0, 'endless') if $dice < 0.18;
    return (rand 0.5, $dice < 0.5 ? 'close' : 'good');
}


# The verdict has to be what the votes are.  What is true has to have been found
# so, unless one of the perspectives was in trouble; what is not never.

sub verdict {
    my ($status, $body, $request) = @_;

    return "status $status" if $status != 200;
    return 'of another request'
        if $body !~ /"trace_identifier":"$request->{id}"/;

    $answered{$request->{id}} = 1;

    my ($verdict) = $body =~ /"is_valid":(true|false)/ or return 'no verdict';
    my $passed = () = $body =~ /"check_passed":true/g;

    return "is_valid=$verdict with $passed passed"
        if ($verdict eq 'true') != ($passed >= 4);
    return 'is_valid=true' if !$request->{valid} && $verdict eq 'true';
    return if !$request->{valid} || $verdict eq 'true';

    # this machine was busy: it may be, if it seldom is
    if ($body =~ /no answer within the time allowed|within \d+ ms/) {
        $late++;
        return;
    }

    return "is_valid=false with $passed passed"
        if $request->{sent} > $trouble + $calm;

    $troubled++;
    return;
}


sub refused {
    my ($status) = @_;

    return $status =~ /^(?:400|413|415)$/ ? undef : "status $status";
}


sub request {
    my ($id, $client) = @_;
    my $dice = rand;

    return { %{$load->dns01($id, rand() < 0.7)}, kind => 'dns-01',
             judge => \&verdict } if $dice < 0.45;
    return caa($id) if $dice < 0.60;
    return http01($id, 'ok') if $dice < 0.72;
    return http01($id, (qw(stall reset endless close))[rand 4])
        if $dice < 0.82;
    return failing($id) if $dice < 0.90;
    return hostile($id, $client);
}


sub check {
    my ($id, $kind, $valid, $fields) = @_;

    return { id => "load-$id", kind => $kind, valid => $valid,
             judge => \&verdict,
             body => "{\"trace_identifier\":\"load-$id\",$fields}" };
}


sub caa {
    my ($id) = @_;
    my $valid = rand() < 0.7;
    my $name = ($valid ? 'permit' : 'deny') . '.caa.signed.example';

    # the mocks permit all, which is not enough
    return check($id, 'caa', $valid, '"check_type":"caa",'
                 . "\"domain_or_ip_target\":\"$name\"");
}


sub http01 {
    my ($id, $how) = @_;
    my $token = "$how-$id";

    return check($id, "http-01 $how", $how eq 'ok', '"check_type":"dcv",'
                 . '"domain_or_ip_target":"load.signed.example",'
                 . '"dcv_check_parameters":{"validation_method":'
                 . "\"acme-http-01\",\"token\":\"$token\","
                 . "\"key_authorization\":\"$token.9jg46WB3rR_AHD-EBXdN7cBkH1"
                 . 'WOu0tA3M9fm21mqTI"}');
}


# DNS that fails in every way that t/network has

sub failing {
    my ($id) = @_;
    my $name = ('www.bogus.example', 'www.lame.example', "$id.hang.example",
                'no.such.signed.example', 'loop1.signed.example')[rand 5];

    return check($id, 'dns failure', 0, '"check_type":"dcv",'
                 . "\"domain_or_ip_target\":\"$name\","
                 . '"dcv_check_parameters":{"validation_method":'
                 . '"acme-dns-01","key_authorization_hash":"' . 'B' x 43
                 . '"}');
}


# what is no request

sub hostile {
    my ($id, $client) = @_;
    my $good = $load->dns01($id, 1)->{body};
    my @bodies = ('', '{', "\0" x 50, '[' x 2000, '{"a":' x 1500, 'null',
                  substr($good, 0, rand length $good), '"' . 'x' x 9000 . '"',
                  $good =~ s/"www/"\\ud800www/r, $good =~ s/www/a..b/r,
                  $good =~ s/"dcv"/42/r, $good =~ s/www[^"]*/10.0.0.1/r,
                  '{"check_type":"dcv"}', "\xff\xfe" . $good,
                  '{"domain_or_ip_target":"' . 'a.' x 400 . 'example"}');
    my %request = (id => "load-$id", kind => 'hostile', judge => \&refused,
                   body => $bodies[rand @bodies]);

    # too large, and not JSON by its own account
    if (!$client->isa('MPIC::LoadClient::H2')) {
        $request{body} = '{"a":"' . 'x' x 40000 . '"}' if rand() < 0.2;
        $request{head} = "Content-Type: text/plain\r\n" if rand() < 0.1;
    }

    return \%request;
}


# every quarter of a minute something happens to the fourth perspective, or to
# the second coordinator

sub disturb {
    my $fourth = $load->{perspectives}[3];
    my $dice = int rand 4;

    if ($dice == 0) {
        $trouble = time;
        kill 'KILL', $fourth->workers;

    } elsif ($dice == 1) {
        $fourth->signal('HUP');

    } elsif ($dice == 2) {
        $load->{second}->signal('USR1');
    }

    $load->{second}->signal('HUP');
    $load->{loop}->after(15, \&disturb);
}


sub sample {
    my $now = time - $start;
    my $sockets = MPIC::LoadNginx::sockets();

    open my $fh, '>>', "$dir/samples.tsv" or die "$dir/samples.tsv: $!\n";

    if (!@order) {
        truncate $fh, 0;
        print $fh join("\t", qw(seconds process pid rss_kib pss_kib
                                descriptors own_descriptors)), "\n";
    }

    for (processes()) {
        my ($name, $pid) = @$_;
        my $rss = MPIC::LoadNginx::memory($pid, 'Rss') // next;
        my $pss = MPIC::LoadNginx::memory($pid) // next;
        my ($all, $own) = map { my $n = 0; $n += $_ for values %$_; $n }
                              MPIC::LoadNginx::descriptors($pid, $sockets),
                              MPIC::LoadNginx::own_descriptors($pid, $sockets);

        push @order, $name if !$samples{$name};
        push @{$samples{$name}}, [$now, $rss, $all, $own, $pid];
        printf $fh "%.1f\t%s\t%d\t%d\t%d\t%d\t%d\n", $now, $name, $pid, $rss,
            $pss, $all, $own;
    }

    close $fh;
    write_file('report.txt', report()) if @{$samples{$order[0]}} % 12 == 0;
    $load->{loop}->after($step, \&sample);
}


# those that live as long as the run; of the others the masters

sub processes {
    my @list;

    for my $nginx ($load->nginxes) {
        my $n = 0;

        push @list, ["$nginx->{name} master", $nginx->{master}];
        next if $nginx->{name} =~ /second|p4/;
        push @list, map { ["$nginx->{name} worker " . ++$n, $_] }
                        $nginx->workers;
    }

    return @list;
}


sub descriptors {
    my $sockets = MPIC::LoadNginx::sockets();
    my %all;

    for (processes()) {
        my ($name, $pid) = @$_;
        $all{$name} = MPIC::LoadNginx::own_descriptors($pid, $sockets);

        # a master's to workers, of which some may still be ending
        delete $all{$name}{socket} if $name =~ /master/;
    }

    return \%all;
}


# each verdict is recorded once

sub unrecorded {
    my (%lines, @wrong);

    for my $nginx ($load->{coordinator}, $load->{second}) {
        my $file = "$nginx->{dir}/logs/record.log";

        open my $fh, '<', $file or die "$file: $!\n";
        while (<$fh>) { $lines{$1}++ if /"trace_identifier":"(.*?)"/ }
        close $fh;
    }

    my @missing = grep { !$lines{$_} } keys %answered;
    my @twice = grep { $lines{$_} > 1 } keys %lines;

    push @wrong, @missing . " answers without a record, $missing[0] one of them"
        if @missing;
    push @wrong, @twice . " requests recorded twice, $twice[0] one of them"
        if @twice;

    return @wrong;
}


sub median {
    my @sorted = sort { $a <=> $b } @_;

    return $sorted[$#sorted / 2];
}


# once all that was open for requests, or to read a configuration, is closed

sub idle {
    my $all;

    $load->run_until(sub {
        $all = descriptors();
        !grep { $_->{tcp} || $_->{udp} || grep { /nginx\.conf$/ } keys %$_ }
              values %$all
    }, 30);

    return $all;
}


# of the first minute, the second, third and last fifth

sub figures {
    my ($name, $column) = @_;
    my $list = $samples{$name};
    my $end = $list->[-1][0];
    my $part = sub {
        my ($from, $to) = @_;
        my @part = grep { $_->[0] >= $from * $end && $_->[0] <= $to * $end }
                        @$list;
        return median(map { $_->[$column] } @part ? @part : $list->[-1]);
    };

    return ($list->[0][$column], $part->(0.2, 0.4), $part->(0.4, 0.6),
            $part->(0.8, 1));
}


sub growing {
    my @growing;

    for my $name (@order) {
        my (undef, $early, undef, $late) = figures($name, 1);
        my $allowed = $early * $share > $slack ? $early * $share : $slack;

        push @growing, "$name: memory from $early to $late KiB"
            if $late > $early + $allowed;

        (undef, $early, undef, $late) = figures($name, 2);
        push @growing, "$name: descriptors from $early to $late"
            if $late > $early * 1.25 + 8;

        my %pids = map { $_->[4] => 1 } @{$samples{$name}};
        push @growing, "$name: another process: " . join ' ', sort keys %pids
            if keys %pids != 1;
    }

    return @growing;
}


sub report {
    my $text = sprintf "%d seconds, %d requests\n\n", time - $start,
                       $load->{sent};

    $text .= sprintf "%-10s %d\n", $_, $load->{$_} // 0
        for qw(ok hungup again excused flying wrongs);
    $text .= "\nanswered as it should be, by kind:\n";
    $text .= sprintf "%-18s %d\n", $_, $load->{kinds}{$_}
        for sort keys %{$load->{kinds}};
    $text .= "\nperspectives that completed their checks, and answers:\n";
    $text .= sprintf "%-18s %d\n", $_, $load->{votes}{$_}
        for sort keys %{$load->{votes}};
    $text .= "\nnot valid although it was: $troubled while a perspective was "
             . "being killed, $late for want of time\n";

    for (['memory (RSS, KiB)', 1], ['descriptors', 2],
         ['descriptors without those to and from perspectives', 3])
    {
        my ($title, $column) = @$_;
        $text .= sprintf "\n%-22s %8s %8s %8s %8s   %s\n", 'process',
                         qw(start 20-40% 40-60% 80-100%), $title;
        $text .= sprintf "%-22s %8d %8d %8d %8d\n", $_, figures($_, $column)
            for @order;
    }

    return $text;
}


# all come to their end, idle as in the beginning

sub finish {
    my @wrong = growing();

    plot();
    push @wrong, "$load->{flying} requests have no end" if !$load->drain;
    push @wrong, @{$load->{wrong}};

    my $text = report();
    my $last = idle();

    for my $name (sort keys %$idle) {
        my ($before, $after) = map { my $d = $_->{$name};
                                     join ', ', map { "$_: $d->{$_}" }
                                                    sort keys %$d }
                                   $idle, $last;
        push @wrong, "$name, idle: $before, then $after"
            if $before ne $after;
    }

    $_->signal('QUIT') for $load->nginxes;

    for my $nginx ($load->nginxes) {
        push @wrong, "$nginx->{name} does not end" if !$nginx->ended;
    }

    push @wrong, $load->log_complaints;
    push @wrong, unrecorded();
    push @wrong, "$late had too little time" if $late > $load->{sent} / 500;

    $text .= "\n" . (@wrong ? join("\n", 'NOT AS IT SHOULD BE:', @wrong)
                            : 'flat, and nothing lost') . "\n";
    write_file('report.txt', $text);
    print $text;
    exit(@wrong ? 1 : 0);
}


# memory above, descriptors below, a line for each process

sub plot {
    my @colours = map { "#$_" } qw(1b6ca8 d1495b 66a182 edae49 2e4057 8d96a3
                                   7b2d8b 00798c b56576 4f772d 9a6324 808000
                                   e6194b 000075);
    my ($width, $height, $text, $n) = (900, 260, '', 0);
    my $end = $samples{$order[0]}[-1][0] || 1;

    for (['memory (RSS, MiB)', 1, 1024], ['descriptors', 2, 1]) {
        my ($title, $column, $unit) = @$_;
        my $top = 1.1 * (sort { $b <=> $a } map { $_->[$column] / $unit }
                                                map { @$_ } values %samples)[0];
        my $y = 30 + $n++ * ($height + 50);

        $text .= "<text x='60' y='" . ($y - 8) . "'>$title</text>"
                 . "<rect x='60' y='$y' width='$width' height='$height' "
                 . "fill='none' stroke='#999'/>\n";

        for my $i (0 .. 4) {
            $text .= sprintf "<text x='55' y='%d' text-anchor='end'>%.0f"
                             . "</text><text x='%d' y='%d'>%d min</text>\n",
                             $y + $height * (1 - $i / 4), $top * $i / 4,
                             60 + $width * $i / 4, $y + $height + 14,
                             $end * $i / 240;
        }

        for my $i (0 .. $#order) {
            my $points = join ' ', map {
                sprintf '%.1f,%.1f', 60 + $width * $_->[0] / $end,
                        $y + $height * (1 - $_->[$column] / $unit / $top)
            } @{$samples{$order[$i]}};
            my $colour = $colours[$i % @colours];

            $text .= "<polyline fill='none' stroke='$colour' points='$points'"
                     . "/><text x='" . ($width + 70) . "' y='"
                     . ($y + 12 + 15 * $i) . "' fill='$colour'>$order[$i]"
                     . "</text>\n";
        }
    }

    write_file('plot.svg', "<svg xmlns='http://www.w3.org/2000/svg' "
               . "width='1130' height='640' font-family='sans-serif' "
               . "font-size='11'>\n$text</svg>\n");
}


sub write_file {
    my ($name, $text) = @_;

    open my $fh, '>', "$dir/$name" or die "$dir/$name: $!\n";
    print $fh $text;
    close $fh or die "$dir/$name: $!\n";
}
