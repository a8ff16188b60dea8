package MPIC::Browser;

# A headless Chromium, driven by WebDriver:
#
#     my $browser = MPIC::Browser->start;
#     $browser->go('http://127.0.0.1:8090/');
#     $browser->wait('return document.title === "x"') or …
#     my $value = $browser->run('return arguments[0] + 1', 1);
#
# Timers of a page of a second and more run twenty times as fast, so that a test
# need not wait for them.

use strict;
use warnings;

use File::Path qw(make_path remove_tree);
use HTTP::Tiny;
use JSON::PP;
use Time::HiRes qw(sleep time);

# seconds after which a test gives up
our $patience = 60;

my $json = JSON::PP->new->utf8->allow_nonref;

my $quick = <<'JS';
for (const name of ["setTimeout", "setInterval"]) {
    const slow = window[name];
    window[name] = (f, ms, ...rest) =>
        slow(f, ms >= 1000 && ms < 10000 ? ms / 20 : ms, ...rest);
}
JS


sub start {
    my ($class) = @_;

    my $dir = ($ENV{TEST_NGINX_SERVROOT} // '/tmp/mpic') . '-browser';
    remove_tree($dir);
    make_path($dir);

    my $self = bless { dir => $dir, owner => $$ }, $class;

    my $pid = open $self->{out}, '-|';
    defined $pid or die "fork: $!";

    if ($pid == 0) {
        setpgrp;
        $ENV{HOME} = $dir;
        open STDERR, '>', "$dir/stderr";
        exec 'chromedriver', '--port=0' or die "chromedriver: $!";
    }

    $self->{pid} = $pid;

    while (my $line = readline $self->{out}) {
        next if $line !~ /successfully on port (\d+)/;
        $self->{at} = "http://127.0.0.1:$1";
        last;
    }

    $self->{at} or die 'chromedriver did not start';
    $self->{http} = HTTP::Tiny->new(timeout => $patience);
    $self->open_session;

    return $self;
}


sub open_session {
    my ($self) = @_;

    my $session = $self->call(POST => '/session', {
        capabilities => { alwaysMatch => {
            'goog:loggingPrefs' => { browser => 'ALL', performance => 'ALL' },
            'goog:chromeOptions' => {
                args => [
                    qw(--headless=new --no-sandbox --disable-gpu
                       --disable-dev-shm-usage --disable-extensions
                       --disable-background-networking --no-first-run
                       --disable-component-update --no-proxy-server),
                    "--user-data-dir=$self->{dir}/profile",
                ],
            },
        } },
    });

    $self->{session} = "/session/$session->{sessionId}";

    $self->cdp('Page.addScriptToEvaluateOnNewDocument', source => $quick);
}


sub call {
    my ($self, $method, $path, $body) = @_;

    my $response = $self->{http}->request($method, "$self->{at}$path", {
        headers => { 'Content-Type' => 'application/json' },
        $method eq 'POST' ? (content => $json->encode($body // {})) : (),
    });

    my $answer = eval { $json->decode($response->{content}) };

    die "WebDriver: $path: $response->{status} $response->{content}"
        if !$response->{success} || !$answer;

    return $answer->{value};
}


sub cdp {
    my ($self, $command, %params) = @_;

    return $self->call(POST => "$self->{session}/goog/cdp/execute",
                       { cmd => $command, params => \%params });
}


sub go {
    my ($self, $url) = @_;

    return $self->call(POST => "$self->{session}/url", { url => $url });
}


# the value of a function body

sub run {
    my ($self, $script, @args) = @_;

    return $self->call(POST => "$self->{session}/execute/sync",
                       { script => $script, args => \@args });
}


# until it gives what is true, which is given

sub wait {
    my ($self, $script, @args) = @_;
    my $end = time + $patience;

    while (time < $end) {
        my $value = $self->run($script, @args);
        return $value if $value;
        sleep 0.03;
    }

    return;
}


# pixels, and the colours that the person prefers

sub screen {
    my ($self, $width, $scheme) = @_;

    $self->cdp('Emulation.setDeviceMetricsOverride', width => $width,
               height => 900, deviceScaleFactor => 1,
               mobile => $width < 600 ? JSON::PP::true : JSON::PP::false);
    $self->cdp('Emulation.setEmulatedMedia', features => [
        { name => 'prefers-color-scheme', value => $scheme },
    ]);
}


# what the console got since it was asked last; the page that a new tab begins
# with is left out, here and below

sub console {
    my ($self) = @_;

    return grep { !m{^\w+: chrome://} }
           map { "$_->{level}: $_->{message}" }
               @{ $self->call(POST => "$self->{session}/se/log",
                              { type => 'browser' }) };
}


# the URLs that were asked for, likewise

sub requested {
    my ($self) = @_;

    # not what the browser's own first tab asks for
    my $own = qr{^chrome(?:-untrusted)?://};

    return map { $_->{params}{request}{url} }
           grep { $_->{method} eq 'Network.requestWillBeSent'
                  && $_->{params}{documentURL} !~ $own
                  && $_->{params}{request}{url} !~ $own }
           map { $json->decode($_->{message})->{message} }
               @{ $self->call(POST => "$self->{session}/se/log",
                              { type => 'performance' }) };
}


sub DESTROY {
    my ($self) = @_;

    return if !$self->{pid} || $self->{owner} != $$;

    local $?;

    eval { $self->call(DELETE => $self->{session}) } if $self->{session};

    kill 'KILL', -$self->{pid};
    close $self->{out};
    remove_tree("$self->{dir}/profile");
}


1;
