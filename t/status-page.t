
# The page of mpic_status in a browser: what it shows of real requests, and of
# numbers that are put into the place of the module's.

# without sanitizers: what is tested is JavaScript; t/status.t has the modules

use strict;
use warnings;

use lib 't/lib';
use MPIC::Browser;
use MPIC::Process;

use HTTP::Tiny;
use JSON::PP;
use Test::More;

BAIL_OUT('tests run in their own network: script/test')
    if !$ENV{MPIC_NETWORK};

$SIG{PIPE} = 'IGNORE';

my $at = 'http://127.0.0.1:8090';
my $nginx = StatusNginx->start(perspectives => 4);
my $browser = MPIC::Browser->start;
my $now = time;


subtest 'what is served' => sub {
    my $http = HTTP::Tiny->new;
    my $page = $http->get("$at/status?format=html");
    my $etag = $page->{headers}{etag};

    is($page->{status}, 200, 'a page');
    is($page->{headers}{'content-type'}, 'text/html; charset=utf-8', 'HTML');
    like($page->{content}, qr/<noscript>.*\?format=json.*<\/noscript>/s,
         'a word for who has no JavaScript');
    like($page->{headers}{'content-security-policy'},
         qr/^default-src 'none'; script-src 'sha256-[^ ']+';/,
         'no script but its own');
    unlike($page->{headers}{'content-security-policy'}, qr/unsafe/,
           'no exception');
    is($page->{headers}{'x-content-type-options'}, 'nosniff', 'nosniff');
    is($page->{headers}{'referrer-policy'}, 'no-referrer', 'no-referrer');

    my $again = $http->get("$at/shown",
                           { headers => { 'If-None-Match' => $etag } });
    is($again->{status}, 304, 'not again for who has it');

    my $head = $http->head("$at/shown");
    is("$head->{status} $head->{headers}{'content-length'}",
       '200 ' . length $page->{content}, 'HEAD');
    is($http->post("$at/shown")->{status}, 405, 'no POST');
};


subtest 'real requests' => sub {
    $browser->screen(1280, 'light');
    $browser->go("$at/status?format=html");

    ok($browser->wait(shows('#chart + .key + .none', 'No requests yet')),
       'empty at first');
    is_deeply(rows(), [qw(p1 p2 p3 p4)], 'a row for each perspective');
    like(text_of('.summary'), qr/No perspective was asked yet/, 'nothing known');

    $browser->run('window.mine = true');

    my $client = $nginx->ask;
    answer($_) for $nginx->asked;
    like(response($client), qr/"is_valid":true/, 'answered');

    ok($browser->wait(shows('.summary', 'All 4 perspectives are up')),
       'up, without a reload');
    is(text_of('.tiles dd'), '1', 'counted');
    ok($browser->run('return window.mine'), 'the same page');
    ok($browser->wait('return document.querySelector(".bar.valid") !== null'),
       'in the chart');
};


subtest 'a world of perspectives' => sub {
    show(world());
    $browser->go("$at/shown");

    ok($browser->wait(shows('.summary', '1 of 25 perspectives is failing')),
       'the headline');
    like(text_of('.summary'), qr/CN=c .* expires in 9 days/, 'a certificate');
    like(text_of('.policy'), qr/In 21 days, from 2026-12-15: 5 remote/,
         'the next date');
    is(scalar @{ rows() }, 25, 'a row each');
    is(text_of('tr.failing td.error'), '8 s ago: ' . hostile(),
       'hostile text is text');
    is($browser->run('return document.querySelectorAll("img, b").length'), 0,
       'and no elements');
    like($browser->run('return document.title'), qr/^1 failing/, 'the title');

    markers();
    is_deeply([$browser->console], [], 'nothing in the console');
    is_deeply([grep { !m{^(?:\Q$at\E/|data:)} } $browser->requested], [],
              'nothing from elsewhere');
};


for my $screen (['light', 1280], ['dark', 1280], ['light', 360], ['dark', 360])
{
    my ($scheme, $width) = @$screen;

    subtest "$scheme, $width pixels" => sub {
        $browser->screen($width, $scheme);
        ok($browser->wait('return document.querySelector("#map svg")'
                          . '.viewBox.baseVal.width < innerWidth'), 'drawn');
        cmp_ok($browser->run('return document.documentElement.scrollWidth'),
               '<=', $width, 'no wider than the screen');
        is_deeply($browser->run(contrasts()), [], 'contrast');
    };
}


subtest 'when the numbers do not come' => sub {
    $browser->screen(1280, 'light');
    unlink "$nginx->{dir}/state.json";

    ok($browser->wait(shows('#banner', 'the server answered 404')), 'it is said');
    like(text_of('#banner'), qr/What is shown is of \d{4}-\d\d-\d\d [\d:]+\. /,
         'and of when the numbers are');
    like(text_of('#fresh'), qr/Shown is what was \d+ s ago/, 'and how old');
    is(scalar @{ rows() }, 25, 'which stay');

    show_text('<html>log in</html>');
    ok($browser->wait(shows('#banner', 'not JSON')), 'another page');

    show_text('{"role":"x","now":1}');
    ok($browser->wait(shows('#banner', 'not a status')), 'another JSON');

    my $better = world();
    $_->{health} = 'up' for @{ $better->{sets}[0]{perspectives} };
    show($better);
    ok($browser->wait(shows('.summary', 'All 25 perspectives are up')),
       'it goes on');
    ok($browser->run('return document.getElementById("banner").hidden'),
       'nothing is said any more');
};


subtest 'the status of a perspective' => sub {
    show(perspective());
    ok($browser->wait(shows('h1', 'MPIC perspective p<1>')), 'its code');
    like(text_of('.summary'), qr/does not validate DNSSEC/, 'DNSSEC');
    like(text_of('main'), qr/acme-dns-01\s+1,050\s+8\s+0/, 'its methods');
    like(text_of('main'), qr/Questions\s+9,120/, 'its resolver');
    like(text_of('.summary'), qr/17 records could not be written/,
         'records that are lost');
};


subtest 'numbers that are not there' => sub {
    show({ role => 'coordinator', now => $now, sets => [{}, undef, 7],
           locations => undef, history => { points => [undef, {}] } });
    ok($browser->wait(shows('.summary', 'No perspectives configured')),
       'a page all the same');
    is_deeply([grep { !/status of 404/ } $browser->console], [],
              'nothing in the console');
};


undef $browser;
$nginx->signal('QUIT');
ok($nginx->ended, 'ended');
is_deeply([$nginx->complaints], [], 'no complaints');

done_testing();


# JavaScript: whether an element has the text

sub shows {
    my ($selector, $text) = map { JSON::PP->new->allow_nonref->encode($_) } @_;

    return "const node = document.querySelector($selector);"
           . "return node !== null && node.textContent.includes($text);";
}


sub text_of {
    return $browser->run(
        'const node = document.querySelector(arguments[0]);'
        . 'return node && (node.closest("svg") ? node.textContent'
        . ' : arguments[0].includes("error") ? node.textContent'
        . ' : node.innerText)', $_[0]) // '';
}


sub rows {
    return $browser->run(
        'return [...document.querySelectorAll(".perspectives tbody th")]'
        . '.map((th) => th.firstChild.data)');
}


# each at its place, or near it where others are; shape and colour by health

sub markers {
    my $seen = $browser->run(<<'JS');
const width = document.querySelector("#map svg").viewBox.baseVal.width;

return [...document.querySelectorAll("#map .marker")].map((node) => {
    const shape = node.querySelector(".shape");
    const [x, y] = node.getAttribute("transform").match(/[\d.]+/g);

    return { code: node.dataset.code, sign: node.textContent.endsWith("!"),
             x: 360 * x / width, y: 360 * y / width, pixel: 360 / width,
             shape: shape.nodeName, fill: getComputedStyle(shape).fill };
});
JS

    my %by_code = map { $_->{code} => $_ } @$seen;
    my %place = map { $_->{code} => $_ }
                    @{ world()->{sets}[0]{perspectives} };

    is(scalar @$seen, 25, 'a marker each');

    for my $code (qw(far south)) {
        my ($marker, $p) = ($by_code{$code}, $place{$code});

        cmp_ok(abs($marker->{x} - 180 - $p->{longitude}), '<', 1,
               "$code: longitude");
        cmp_ok(abs(84 - $marker->{y} - $p->{latitude}), '<', 1,
               "$code: latitude");
    }

    my $nearest = 1000;

    for my $i (1 .. $#$seen) {
        for my $j (0 .. $i - 1) {
            my ($p, $q) = @$seen[$i, $j];
            my $distance = sqrt(($p->{x} - $q->{x}) ** 2
                                + ($p->{y} - $q->{y}) ** 2) / $p->{pixel};
            $nearest = $distance if $distance < $nearest;
        }
    }

    cmp_ok($nearest, '>', 13, 'none covers another');

    is($by_code{bad}{fill}, 'rgb(187, 32, 24)', 'what fails is red');
    is($by_code{far}{fill}, 'rgb(24, 122, 72)', 'what is up is green');
    is("$by_code{bad}{shape} $by_code{far}{shape}", 'path circle', 'shapes');
    is_deeply([map { $_->{code} } grep { $_->{sign} } @$seen], ['bad'],
              'and a sign');
}


# texts whose contrast with what is behind them is below 4.5 (WCAG 2.1, 1.4.3)

sub contrasts {
    return <<'JS';
const numbers = (color) => color.match(/[\d.]+/g).map(Number);

const light = (color) => numbers(color).slice(0, 3).map((c) => c / 255)
    .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);

const ground = (node) => {
    const color = getComputedStyle(node).backgroundColor;

    return numbers(color)[3] !== 0 ? color : ground(node.parentElement);
};

return [...document.querySelectorAll("body *:not(script, noscript, svg *)")]
    .filter((node) => node.offsetParent
            && [...node.childNodes].some((child) => child.nodeType === 3))
    .map((node) => {
        const style = getComputedStyle(node);
        const [a, b] = [light(style.color), light(ground(node))];
        const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);

        return [node.className || node.nodeName, ratio];
    })
    .filter(([, ratio]) => ratio < 4.5);
JS
}


sub show {
    show_text(JSON::PP->new->utf8->encode($_[0]));
}


# whole, whenever it is read

sub show_text {
    my $file = "$nginx->{dir}/state.json";

    $nginx->write("$file.new", $_[0]);
    rename "$file.new", $file or die "$file: $!";
}


sub hostile {
    return '<img src=x onerror=alert(1)></script><b>' . 'A' x 300;
}


# eight of them in one city

sub world {
    my $n = 0;
    my %common = (
        rir => 'RIPE NCC', network => 'A network of some name', health => 'up',
        primary => JSON::PP::false, last_answer_at => $now - 3,
        dcv => { passed => 90, failed => 10, no_vote => 2, late => 0 },
        caa => { passed => 90, failed => 0, no_vote => 0, late => 0 },
        latency_ms => { p50 => 80.5, p99 => 1234 },
    );

    my @places = (
        [far => -40, 170], [south => -30, -60], [bad => 40, -75],
        (map { ["city-$_", 50.1, 8.7] } 1 .. 8),
        (map { ["other-$_", -20 + $_ * 5, 100 + $_] } 1 .. 14),
    );

    my @perspectives = map { { %common, code => $_->[0], latitude => $_->[1],
                               longitude => $_->[2] } } @places;

    @{ $perspectives[2] }{qw(health failing_since last_error last_error_at)} =
        ('failing', $now - 600, hostile(), $now - 8);

    return {
        role => 'coordinator', version => '0', now => $now, since => $now - 999,
        locations => [{ name => '/mpic', set => 'world', policy => 'br',
                        quorum_count => 5, perspective_count => 6,
                        max_attempts => 1, timeout_ms => 9000 }],
        policy => {
            name => 'br',
            in_force => { since => '2026-06-15', remotes => 4, dissent => 1,
                          rirs => 2, section => '3.2.2.9' },
            next => { from => '2026-12-15', remotes => 5, dissent => 1,
                      rirs => 2, section => '3.2.2.9', days => 21 },
        },
        requests => { valid => 120000, invalid => 30, record_failures => 0,
                      by_check => { caa => { valid => 7 } } },
        history => { step_s => 60, points => [
            map { { t => $now - $now % 60 - 60 * $_, valid => 10 + $_ % 7,
                    invalid => $_ % 3, incomplete => $_ % 11 == 0 ? 1 : 0 } }
                reverse 0 .. 119
        ] },
        sets => [{ name => 'world', perspectives => \@perspectives,
                   certificates => [
            { role => 'coordinator', subject => 'CN=c', days => 9,
              not_after => $now + 9 * 86400 },
            { role => 'trusted', subject => 'CN=ca', days => -1,
              not_after => $now - 86400 },
        ] }],
    };
}


sub perspective {
    return {
        role => 'perspective', version => '0', now => $now, code => 'p<1>',
        rir => 'ARIN', since => $now - 999,
        checks => { running => 3, max => 4096, record_failures => 17,
                    by_method => {
            'acme-dns-01' => { passed => 1050, failed => 8, incomplete => 0 },
        }, errors => { 'mpic_error:x' => 8 } },
        resolver => { addresses => ['127.0.0.1:53'], questions => 9120 },
        dnssec => { required => JSON::PP::true, state => 'does not',
                    checked_at => $now - 5, reason => '<b>' },
    };
}


package StatusNginx;

use base 'MPIC::Process';


# what is shown at /shown is the file state.json, by the page of the module

sub conf {
    my ($self, %args) = @_;

    my $conf = $self->SUPER::conf(%args, main => 'user root;', server => <<"CONF");
        location = /status { mpic_status; }
        location = /shown {
            if (\$arg_format = json) { rewrite ^ /state.json last; }
            mpic_status format=html;
        }
        location = /state.json {
            internal;
            root $self->{dir};
            open_file_cache off;
        }
CONF

    return $conf =~ s/^http \{/http {\n    mpic_zone numbers:1m;/mr;
}
