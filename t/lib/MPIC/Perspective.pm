package MPIC::Perspective;

# Requests to a perspective, for the blocks of t/perspective-*.t:
#
#     --- request eval: ::http01('www.signed.example', token => 'a')
#     --- request eval: ::website('www.signed.example', match_regex => '^v4')
#     --- request eval: ::dns01('signed.example')
#     --- request eval: ::alpn01('good.alpn.signed.example')
#     --- request eval: ::dns_change('signed.example', challenge_value => 'x')
#     --- request eval: ::dcv('signed.example', validation_method => 'x')
#     --- request eval: ::caa('permit.caa.signed.example')
#
# What follows the target goes into the parameter object, over the defaults.
# use_config() gives every block /dcv and /caa, with the test network's resolver
# and addresses; what a block has in "config" and "http_config" is added.

use strict;
use warnings;

use Digest::SHA qw(sha256);
use JSON::PP ();
use Test::Nginx::Socket ();

use base 'Exporter';

our @EXPORT = qw(http01 website dns01 alpn01 dns_change dcv caa
                 key_authorization alpn_digest use_config keep_nginx);

my $json = JSON::PP->new->utf8->canonical;

my $http_config = <<'CONF';
mpic_resolver       $TEST_NGINX_RESOLVER;
mpic_allow_address  127.0.0.0/8 fd00:6d70::/64;
CONF

my $config = <<'CONF';
location = /dcv {
    mpic_check dcv;
}
location = /caa {
    mpic_check caa;
}
CONF


sub use_config {
    my ($more_http) = @_;

    keep_nginx();

    Test::Nginx::Socket::add_block_preprocessor(sub {
        my ($block) = @_;

        $block->set_value('http_config', join "\n", $http_config,
                          $more_http // '', $block->http_config // '');
        $block->set_value('config', join "\n", $config,
                          $block->config // '');
    });
}


# One nginx for all blocks in a row with the same configuration.  Its error log
# then is that of all of them: what a block looks for there has to be its own.

sub keep_nginx {
    $Test::Nginx::Util::ForceRestartOnTest = 0;
}


# what the target serves for a token

sub key_authorization {
    my ($token) = @_;

    return "$token.9jg46WB3rR_AHD-EBXdN7cBkH1WOu0tA3M9fm21mqTI";
}


sub http01 {
    my ($target, %parameters) = @_;

    my $token = $parameters{token} // 'ok';

    return dcv($target, validation_method => 'acme-http-01', token => $token,
               key_authorization => key_authorization($token), %parameters);
}


sub website {
    my ($target, %parameters) = @_;

    return dcv($target, validation_method => 'website-change',
               challenge_value => 'v4lue-9jg46WB3rR',
               http_token_path => 'ok.txt', %parameters);
}


sub dns01 {
    my ($target, %parameters) = @_;

    return dcv($target, validation_method => 'acme-dns-01',
               key_authorization_hash => $ENV{TEST_NGINX_DIGEST},
               %parameters);
}


# the digest of what is served for a token: 32 octets

sub alpn_digest {
    return sha256(key_authorization('alpn'));
}


sub alpn01 {
    my ($target, %parameters) = @_;

    return dcv($target, validation_method => 'acme-tls-alpn-01',
               key_authorization_hash => unpack('H*', alpn_digest()),
               %parameters);
}


sub dns_change {
    my ($target, %parameters) = @_;

    return dcv($target, validation_method => 'dns-change',
               dns_record_type => 'TXT', %parameters);
}


sub dcv {
    my ($target, %parameters) = @_;

    return "POST /dcv\n" . $json->encode({domain_or_ip_target => $target,
                                          dcv_check_parameters =>
                                              \%parameters});
}


sub caa {
    my ($target, %parameters) = @_;

    return "POST /caa\n"
           . $json->encode({domain_or_ip_target => $target,
                            caa_check_parameters =>
                                {caa_domains => ['ca.example'],
                                 %parameters}});
}


1;
