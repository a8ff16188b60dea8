# acme-http-01 and redirects as an attacker writes them: where they lead to is
# looked at before anything is looked up or connected to.

use lib 't/lib';
use MPIC;
use MPIC::OddPages;
use MPIC::Perspective;
use MPIC::WebServer;

use_config(<<'CONF');
mpic_check_timeout 3s;
CONF

# MPIC::OddPages says what each of them is

our @followed = map { "to-$_" } qw(
    absolute path relative dots query no-scheme capitals port port-empty dot
    blanks fragment idn address percent);

our @no_url = map { "to-$_" } qw(
    control delete tab octets space backslash backslash-host no-host
    no-host-path long longer long-host long-label star percent-nul percent-slash
    percent-at data javascript bracket brackets colons wide wide-dots notld);

our @schemes = map { "to-$_" } qw(ftp file gopher ws httpx);

our @ports = map { "to-$_" } qw(
    port-8080 port-22 port-0 port-65616 port-negative port-text);

our @users = map { "to-$_" } qw(user password user-empty user-host);

our @zones = map { "to-$_" } qw(zone zone-plain zone-number);

our @addresses = map { "to-$_" } qw(
    private number hex octal parts mapped mapped-hex compatible nat64 sixtofour
    teredo loopback6 unspecified unspecified6 metadata multicast broadcast shared
    benchmark documentation reserved multicast6 unique documentation6 link
    name-private name-nat64-local name-mapped-loopback name-multicast6);


sub pages {
    return [map { http01('odd.signed.example', token => $_) } @_];
}


sub each_like {
    my ($pattern, @pages) = @_;

    return [map { $pattern } @pages];
}


my $server = MPIC::WebServer->start(
    listen => ['127.0.0.20:80'],
    pages => {%{odd_pages()}, 'to-silent' => silent()});


# port 443 is open, and not TLS

my $other = MPIC::WebServer->start(listen => ['127.0.0.20:443'], pages => {
    '' => sub { $_[0]->send("HTTP/1.1 400 No\r\n\r\n") }});

run_tests();

undef $server;
undef $other;


sub silent {
    return sub { $_[0]->send("HTTP/1.1 302 Found\r\n"
                             . "Location: https://mute.signed.example/\r\n"
                             . "\r\n") };
}

__DATA__

=== TEST 1: other ways to say the same place
--- request eval: ::pages(@::followed)
--- response_body_like eval
::each_like('"check_passed":true.*"status_code":302', @::followed)



=== TEST 2: what is no URL, or no host
--- request eval: ::pages(@::no_url)
--- response_body_like eval
::each_like('"check_completed":true,"check_passed":false.*:redirect:invalid"',
            @::no_url)



=== TEST 3: other schemes
--- request eval: ::pages(@::schemes)
--- response_body_like eval
::each_like('"check_passed":false.*:redirect:invalid".* a scheme other than http',
            @::schemes)



=== TEST 4: other ports
--- request eval: ::pages(@::ports)
--- response_body_like eval
::each_like('"check_passed":false.*:redirect:invalid".*(?:a port other|not a valid)',
            @::ports)



=== TEST 5: user information
--- request eval: ::pages(@::users)
--- response_body_like eval
::each_like('"check_passed":false.*:redirect:invalid".* has user information',
            @::users)



=== TEST 6: zone identifiers
--- request eval: ::pages(@::zones)
--- response_body_like eval
::each_like('"check_passed":false.*:redirect:invalid".* has a zone identifier',
            @::zones)



=== TEST 7: special-purpose addresses, however written
--- request eval: ::pages(@::addresses, 'to-address-dot')
--- response_body_like eval
[(map { '"check_passed":false.*the address \S+ is not one to connect to' }
      @::addresses),
 # since 8.23 libcurl sees an address where there was no host before
 '"check_passed":false.*(?:is not one to connect to|:redirect:invalid)']



=== TEST 8: a Location over two lines is one
--- request eval: ::http01('odd.signed.example', token => 'folded-location')
--- response_body_like
"check_passed":true|"check_passed":false



=== TEST 9: https, and the server does not speak TLS
--- request eval: ::http01('odd.signed.example', token => 'to-https')
--- json
check_completed = false
check_passed = false
errors.0.error_type = "mpic_error:dcv_checker:lookup"
errors.0.error_message =~ ^No response for https://odd\.signed\.example/: 127\.0\.0\.20 port 443:
details.response_history #= 1
details.resolved_ip = "127.0.0.20"



=== TEST 10: https, and the server accepts and says nothing
--- config
location = /quick {
    mpic_check          dcv;
    mpic_check_timeout  700ms;
}
--- request eval
(my $r = ::http01('odd.signed.example', token => 'to-silent')) =~ s{/dcv}{/quick}; $r
--- json
check_completed = false
check_passed = false
errors.0.error_message =~ ^No response for https://mute\.signed\.example/ within 700 ms
details.resolved_ip = "127.0.0.56"
