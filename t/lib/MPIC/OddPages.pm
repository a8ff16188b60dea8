package MPIC::OddPages;

# What web servers answer that nobody wants to meet, for MPIC::WebServer:
#
#     pages => odd_pages()                      # key authorizations
#     pages => odd_pages(sub { "value of $_[0]" })
#
# Each page brings what the function makes of its name (the token), in the way
# that its name says; "status-404" is that status.  A query "?t=NAME" is
# answered well, with what NAME's page ought to hold: redirects lead there.
#
# t/network/README.md lists the names.

use strict;
use warnings;

use IO::Compress::Gzip qw(gzip);

use Exporter 'import';

our @EXPORT = qw(odd_pages);

my $ok = "HTTP/1.1 200 OK\r\nConnection: close\r\n";
my $redirect = "HTTP/1.1 302 Found\r\nConnection: close\r\n";
my $chunked = "${ok}Transfer-Encoding: chunked\r\n\r\n";

# what is between "HTTP/1.1 200 OK" and the page; {length} is that of the page
my %headers = (
    'length' => "Content-Length: {length}\r\n",
    'lengths-same' => "Content-Length: {length}\r\nContent-Length: {length}\r\n",
    'lengths' => "Content-Length: {length}\r\nContent-Length: 5\r\n",
    'lengths-list' => "Content-Length: {length}, {length}\r\n",
    'length-negative' => "Content-Length: -1\r\n",
    'length-text' => "Content-Length: many\r\n",
    'length-huge' => 'Content-Length: ' . '9' x 40 . "\r\n",
    'length-zero' => "Content-Length: 0\r\n",
    'length-less' => "Content-Length: 10\r\n",
    'keepalive' => "Connection: keep-alive\r\nContent-Length: {length}\r\n",
    'location' => "Location: http://private.signed.example/\r\n",
    'refresh' => "Refresh: 0; url=http://private.signed.example/\r\n",
    'altsvc' => "Alt-Svc: h2=\"private.signed.example:443\"\r\n",
    'hsts' => "Strict-Transport-Security: max-age=31536000\r\n",
    'upgrade' => "Upgrade: h2c\r\nConnection: Upgrade\r\n",
    'eight-bit' => "X-\xff: \xfe\r\n",
    'no-colon' => "X-Header\r\n",
    'folded' => "X-Header: a\r\n b\r\n",
    'identity' => "Content-Encoding: identity\r\n",
    'unknown-coding' => "Content-Encoding: compress, x-own\r\n",
);

# the whole of what is sent, with {page}, and {hex}, its length
my %starts = (
    'http10' => "HTTP/1.0 200 OK\r\n\r\n{page}",
    'no-reason' => "HTTP/1.1 200\r\n\r\n{page}",
    'bare-lf' => "HTTP/1.1 200 OK\n\n{page}",
    'http09' => '{page}',
    'icy' => "ICY 200 OK\r\n\r\n{page}",
    'status-line' => "HTTP/1.1 99999 OK\r\n\r\n{page}",
    'http12' => "HTTP/1.2 200 OK\r\n\r\n{page}",
    'http2-line' => "HTTP/2 200\r\n\r\n{page}",
    'http3-line' => "HTTP/3 200\r\n\r\n{page}",
    'http7-line' => "HTTP/7.3 200 OK\r\n\r\n{page}",
    'h2c' => "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n{page}",
    'blank-first' => "\r\n\r\nHTTP/1.1 200 OK\r\n\r\n{page}",
    'nul' => "${ok}X-A: a\0b\r\n\r\n{page}",
    'two-responses' => "${ok}Content-Length: 5\r\n\r\nwrong"
                       . "HTTP/1.1 200 OK\r\n\r\n{page}",

    # SETTINGS and GOAWAY in the clear (RFC 9113)
    'http2' => "\0\0\0\4\0\0\0\0\0" . "\0\0\x08\7\0\0\0\0\0\0\0\0\0\0\0\0\1",

    # around the page
    'leading-space' => "$ok\r\n {page}",
    'leading-newline' => "$ok\r\n\r\n{page}",
    'bom' => "$ok\r\n\xef\xbb\xbf{page}",
    'nul-before' => "$ok\r\n\0{page}",
    'nul-after' => "$ok\r\n{page}\0",
    'nbsp-after' => "$ok\r\n{page}\xc2\xa0",
    'bom-after' => "$ok\r\n{page}\xef\xbb\xbf",
    'white-after' => "$ok\r\n{page} \t\r\n\x0b\x0c\n",
    'twice' => "$ok\r\n{page}{page}",
    'lines' => "$ok\r\n{page}\n{page}",
    'quoted' => "$ok\r\n\"{page}\"",
    'html' => "${ok}Content-Type: text/html\r\n\r\n<html>{page}</html>",
    'chunk-end' => "${chunked}0\r\n\r\n{page}",
    'chunk-huge' => "${chunked}ffffffffffffffffff\r\n{page}",
    'chunk-negative' => "$chunked-1\r\n{page}",
    'chunk-and-length' => "${ok}Content-Length: 5\r\n"
                          . "Transfer-Encoding: chunked\r\n\r\n"
                          . "{hex}\r\n{page}\r\n0\r\n\r\n",
    'chunk-twice' => "${ok}Transfer-Encoding: chunked, chunked\r\n\r\n"
                     . "{hex}\r\n{page}\r\n0\r\n\r\n",
    'coding-unknown' => "${ok}Transfer-Encoding: x-own\r\n\r\n{page}",
);

# where a redirect leads; with ?t={name} the page there is the good one
my $page = '.well-known/acme-challenge/page?t={name}';

my %locations = (
    'absolute' => "http://odd.signed.example/$page",
    'path' => "/$page",
    'relative' => 'page?t={name}',
    'dots' => './../acme-challenge/page?t={name}',
    'query' => '?t={name}',
    'no-scheme' => "//odd.signed.example/$page",
    'capitals' => "HTTP://ODD.Signed.EXAMPLE/$page",
    'port' => "http://odd.signed.example:80/$page",
    'port-empty' => "http://odd.signed.example:/$page",
    'dot' => "http://odd.signed.example./$page",
    'blanks' => "  http://odd.signed.example/$page  ",
    'fragment' => "http://odd.signed.example/$page#a",
    'idn' => "http://m\xc3\xbcnchen.signed.example/$page",
    'address' => "http://127.0.0.20/$page",
    'percent' => "http://127.0.0.%32%30/$page",

    # no URL
    'control' => "http://odd.signed.example/\x01",
    'delete' => "http://odd.signed.example/\x7f",
    'tab' => "http://odd.signed\t.example/$page",
    'octets' => "http://a\xff\xfe.example/\x01",
    'space' => "http://odd.signed.example /x",
    'backslash' => "http:\\\\odd.signed.example\\x",
    'backslash-host' => "http://odd.signed.example\\.private.signed.example/",
    'no-host' => 'http://',
    'no-host-path' => 'http:///x',
    'long' => 'http://a.example/' . 'a' x 8192,
    'longer' => 'http://a.example/' . 'a' x 20480,
    'long-host' => 'http://' . 'a.' x 130 . 'example/',
    'long-label' => 'http://' . 'a' x 64 . '.signed.example/',
    'star' => 'http://*.signed.example/',
    'percent-nul' => 'http://odd.signed.example%00.private.signed.example/',
    'percent-slash' => 'http://odd.signed.example%2fx/',
    'percent-at' => 'http://a%40odd.signed.example/',

    # another scheme
    'ftp' => 'ftp://odd.signed.example/',
    'file' => 'file:///etc/passwd',
    'gopher' => 'gopher://odd.signed.example:80/_GET',
    'javascript' => 'javascript:alert(1)',
    'data' => 'data:text/plain,{name}',
    'ws' => 'ws://odd.signed.example/',
    'httpx' => 'httpx://odd.signed.example/',

    # another port
    'port-8080' => 'http://odd.signed.example:8080/',
    'port-22' => 'http://odd.signed.example:22/',
    'port-0' => 'http://odd.signed.example:0/',
    'port-65616' => "http://odd.signed.example:65616/$page",
    'port-negative' => 'http://odd.signed.example:-80/',
    'port-text' => 'http://odd.signed.example:http/',

    # user information, zone identifiers
    'user' => 'http://user@odd.signed.example/',
    'password' => 'http://user:password@odd.signed.example/',
    'user-empty' => 'http://@odd.signed.example/',
    'user-host' => 'http://odd.signed.example:80@private.signed.example/',
    'zone' => 'http://[fe80::1%25lo]/',
    'zone-plain' => 'http://[fe80::1%lo]/',
    'zone-number' => 'http://[fd00:6d70::1%251]/',
    'bracket' => 'http://[::1',
    'brackets' => 'http://[odd.signed.example]/',
    'colons' => 'http://[:::1]/',

    # addresses that may not be connected to, and other ways to write them
    (map { $_->[0] => "http://$_->[1]/" }
         ['private', '10.1.2.3'], ['number', '167838211'],
         ['hex', '0x0a010203'], ['octal', '012.1.2.3'], ['parts', '10.66051'],
         ['address-dot', '10.1.2.3.'],
         ['wide', "\xef\xbc\x91\xef\xbc\x90.1.2.3"],
         ['wide-dots', "10\xe3\x80\x821\xe3\x80\x822\xe3\x80\x823"],
         ['mapped', '[::ffff:10.1.2.3]'], ['mapped-hex', '[::ffff:a01:203]'],
         ['compatible', '[::10.1.2.3]'], ['nat64', '[64:ff9b::10.1.2.3]'],
         ['sixtofour', '[2002:a01:203::1]'],
         ['teredo', '[2001:0:a01:203::f5fe:fdfc]'],
         ['loopback6', '[::1]'], ['unspecified', '0.0.0.0'],
         ['unspecified6', '[::]'], ['metadata', '169.254.169.254'],
         ['multicast', '224.0.0.1'], ['broadcast', '255.255.255.255'],
         ['shared', '100.64.0.1'], ['benchmark', '198.18.0.1'],
         ['documentation', '192.0.2.1'], ['reserved', '240.0.0.1'],
         ['multicast6', '[ff02::1]'], ['unique', '[fc00::1]'],
         ['documentation6', '[2001:db8::1]'], ['link', '[fe80::1]']),

    # names of such addresses
    (map { ("name-$_" => "http://$_.signed.example/") }
         qw(private nat64-local mapped-loopback multicast6)),
    'notld' => 'http://localhost/',

    # TLS where there is none
    'https' => 'https://odd.signed.example/',
);

my %pages = (
    # octets without end
    'endless' => sub { my ($web, $page) = @_;
                       $web->send("$ok\r\n$page");
                       1 while $web->send(' ' x 65536) },
    'endless-404' => sub { $_[0]->send("HTTP/1.1 404 Not Found\r\n\r\n");
                           1 while $_[0]->send('x' x 65536) },
    'endless-redirect' => sub { $_[0]->send($redirect . location('good')
                                            . "\r\n");
                                1 while $_[0]->send('x' x 65536) },
    'endless-chunks' => sub { $_[0]->send($chunked);
                              1 while $_[0]->send("4\r\nabcd\r\n") },
    'endless-chunk-size' => sub { $_[0]->send($chunked . '1;x=');
                                  1 while $_[0]->send('a' x 65536) },
    'endless-trailer' => sub { $_[0]->send("${chunked}{hex}\r\n$_[1]\r\n0\r\n"
                                           =~ s/\{hex}/length_of($_[1])/re);
                               1 while $_[0]->send("X-Trailer: a\r\n" x 100) },
    'endless-headers' => sub { $_[0]->send($ok);
                               1 while $_[0]->send("X-Header: a\r\n" x 100) },
    'endless-header' => sub { $_[0]->send("${ok}X-Header: ");
                              1 while $_[0]->send('a' x 65536) },
    'endless-1xx' => sub { 1 while $_[0]->send("HTTP/1.1 103 Early Hints\r\n"
                                               . "Link: </a>\r\n\r\n") },
    'endless-line' => sub { 1 while $_[0]->send('HTTP/1.1 ' x 1000) },

    # exactly what may stand behind the key authorization, and one more
    'slack' => sub { $_[0]->send("$ok\r\n$_[1]" . ' ' x 128) },
    'slack1' => sub { $_[0]->send("$ok\r\n$_[1]" . ' ' x 129) },

    # time without end
    'mute' => sub { sleep 5 },
    'mute-header' => sub { $_[0]->send($ok); sleep 5 },
    'mute-body' => sub { $_[0]->send("$ok\r\n$_[1]"); sleep 5 },
    'mute-404' => sub { $_[0]->send("HTTP/1.1 404 Not Found\r\n\r\nnot");
                        sleep 5 },
    'mute-redirect' => sub { $_[0]->send("HTTP/1.1 302 Found\r\n"
                                         . "Content-Length: 10\r\n"
                                         . location('page?t=mute-redirect')
                                         . "\r\n"); sleep 5 },
    'mute-continue' => sub { $_[0]->send("HTTP/1.1 100 Continue\r\n\r\n");
                             sleep 5 },
    'drip' => sub { $_[0]->send("$ok\r\n"); drip($_[0], 'a' x 50) },
    'drip-header' => sub { drip($_[0], "${ok}X-Header: " . 'a' x 50) },

    # less than was promised
    'nothing' => sub { },
    'reset-first' => sub { $_[0]->reset },
    'reset-header' => sub { $_[0]->send("${ok}X-Head"); $_[0]->reset },
    'reset' => sub { $_[0]->send("$ok\r\nabc"); $_[0]->reset },
    'reset-page' => sub { $_[0]->send("$ok\r\n$_[1]"); $_[0]->reset },
    'half-header' => sub { $_[0]->send("HTTP/1.1 200 O") },
    'header-only' => sub { $_[0]->send($ok) },
    'short' => sub { $_[0]->send("${ok}Content-Length: 1000\r\n\r\n$_[1]") },
    'short-chunk' => sub { $_[0]->send("${chunked}ff\r\n$_[1]") },
    'short-chunks' => sub { $_[0]->send($chunked . chunks($_[1])) },
    'bad-chunk' => sub { $_[0]->send("${chunked}xyz\r\n$_[1]") },

    # codings that were not asked for
    'gzip' => sub { $_[0]->send("${ok}Content-Encoding: gzip\r\n\r\n$_[1]") },
    'gzipped' => sub { $_[0]->send("${ok}Content-Encoding: gzip\r\n\r\n"
                                   . gzipped($_[1])) },
    'gzip-chunked' => sub { $_[0]->send("${ok}Transfer-Encoding: gzip, chunked"
                                        . "\r\n\r\n" . chunks(gzipped($_[1]))
                                        . "0\r\n\r\n") },
    'utf16' => sub { $_[0]->send("$ok\r\n" . join '', map { "$_\0" }
                                                          split //, $_[1]) },
    'capitals-page' => sub { $_[0]->send("$ok\r\n\U$_[1]") },

    # fine all the same
    'good' => sub { good(@_) },
    'early' => sub { $_[0]->send("HTTP/1.1 103 Early Hints\r\n"
                                 . 'Location: http://private.signed.example/'
                                 . "\r\n\r\n"); good(@_) },
    'early-100' => sub { $_[0]->send("HTTP/1.1 100 Continue\r\n\r\n");
                         good(@_) },
    'chunks' => sub { $_[0]->send($chunked . chunks($_[1])
                                  . "0\r\nX-Trailer: a\r\n\r\n") },
    'pieces' => sub { $_[0]->send($_) for split //, "$ok\r\n$_[1]" },
    'cookie' => sub { $_[0]->send($redirect . "Set-Cookie: a=b; Path=/\r\n"
                                  . location('cookie2?x=y') . "\r\n") },
    'cookie2' => sub { my ($web) = @_;
                       $web->{request} =~ /^Cookie:/mi
                       ? $web->send("$ok\r\ncookie")
                       : good($web, $web->{page}->('cookie')) },
    'login' => sub { my ($web, $page) = @_;
                     $web->{request} =~ /^(?:Proxy-)?Authorization:/mi
                     ? good($web, $page)
                     : $web->send("HTTP/1.1 401 No\r\nConnection: close\r\n"
                                  . "WWW-Authenticate: Basic realm=\"a\"\r\n"
                                  . "WWW-Authenticate: Negotiate\r\n\r\n"
                                  . $page) },

    # redirects
    'two-locations' => sub { $_[0]->send($redirect . location('bad')
                                         . location('page?t=two-locations')
                                         . "\r\n") },
    'no-location' => sub { $_[0]->send("$redirect\r\n") },
    'empty-location' => sub { $_[0]->send("${redirect}Location:\r\n\r\n") },
    'folded-location' => sub { $_[0]->send("${redirect}Location: http://odd."
                                           . "signed.example/.well-known/\r\n"
                                           . " acme-challenge/page?t="
                                           . "folded-location\r\n\r\n") },
    'nul-location' => sub { $_[0]->send("${redirect}Location: http://odd.signed"
                                        . ".example\0.private.signed.example/"
                                        . "\r\n\r\n") },

    # any status, with the page and with a Location that leads to a good one
    'status' => sub { my ($web, $page, $status) = @_;
                      $web->send("HTTP/1.1 $status Status\r\n"
                                 . "Connection: close\r\n"
                                 . location("page?t=$web->{name}")
                                 . "\r\n$page") },
);

$pages{$_} = header_page($headers{$_}) for keys %headers;
$pages{$_} = start_page($starts{$_}) for keys %starts;
$pages{"to-$_"} = location_page($locations{$_}) for keys %locations;


sub odd_pages {
    my ($make) = @_;

    $make //= sub { "$_[0].9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI" };

    return {map { $_ => page($pages{$_}, $make) } keys %pages,
            page => page(sub { }, $make)};
}


sub page {
    my ($code, $make) = @_;

    return sub {
        my ($web, $word) = @_;
        my ($name) = $web->{request} =~ m{^GET \S*\?t=([\w-]+)};

        $web->{page} = $make;

        return good($web, $make->($name)) if defined $name;
        return $code->($web, $make->($web->{name}), $word);
    };
}


sub header_page {
    my ($header) = @_;

    return sub {
        my ($web, $page) = @_;
        my $length = length $page;

        $web->send("HTTP/1.1 200 OK\r\n" . $header =~ s/\{length}/$length/gr
                   . "\r\n$page");
        sleep 5 if $header =~ /keep-alive/;
    };
}


sub start_page {
    my ($start) = @_;

    return sub {
        my ($web, $page) = @_;

        $web->send($start =~ s/\{hex}/length_of($page)/gre
                          =~ s/\{page}/$page/gr);
    };
}


sub location_page {
    my ($location) = @_;

    return sub {
        my ($web) = @_;

        $web->send("${redirect}Location: " . $location
                   =~ s/\{name}/$web->{name}/gr
                   . "\r\n\r\n");
    };
}


sub good {
    my ($web, $page) = @_;

    $web->send("$ok\r\n$page");
}


sub location {
    my ($name) = @_;

    return "Location: http://odd.signed.example/.well-known/acme-challenge/"
           . "$name\r\n";
}


sub chunks {
    return join '', map { sprintf "1;x=y\r\n%s\r\n", $_ } split //, $_[0];
}


sub length_of {
    return sprintf '%x', length $_[0];
}


sub gzipped {
    my ($text) = @_;

    gzip(\$text, \my $octets);

    return $octets;
}


# an octet every tenth of a second

sub drip {
    my ($web, $octets) = @_;

    $web->send($_) && select undef, undef, undef, 0.1 for split //, $octets;
}


1;
