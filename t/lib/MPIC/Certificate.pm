package MPIC::Certificate;

# Certificates made octet by octet, so that a test can have any that is wrong.
#
#     my $key = key($dir, 'P-256');                    # a file: PEM
#     my $pem = certificate(key => $key, extensions => [
#         san(dns => 'www.example'),
#         acme_identifier($digest),                    # 32 octets
#     ]);
#
# Beside "key" and "extensions" there may be "signer" (another key's file; its
# own key if none), "subject" and "issuer" (common names), "version" (2 stands
# for version 3).  An extension is [OID, critical, DER].

use strict;
use warnings;

use Exporter 'import';
use File::Temp ();

our @EXPORT = qw(key certificate san acme_identifier der extension);

our $ACME_IDENTIFIER = '1.3.6.1.5.5.7.1.31';

my $ECDSA_SHA256 = '1.2.840.10045.4.3.2';
my $RSA = '1.2.840.113549.1.1.1';
my $RSA_SHA256 = '1.2.840.113549.1.1.11';

my %public;


# "explicit": P-256 with the curve's parameters instead of its name

sub key {
    my ($dir, $type, $name) = @_;
    my $file = "$dir/" . ($name // $type) . '.key';

    my @options = $type eq 'RSA'
        ? ('-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048')
        : ('-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:'
               . ($type eq 'explicit' ? 'P-256' : $type));
    push @options, '-pkeyopt', 'ec_param_enc:explicit' if $type eq 'explicit';

    openssl('genpkey', @options, '-out', $file);

    return $file;
}


sub certificate {
    my (%spec) = @_;
    my $signer = $spec{signer} // $spec{key};
    my $algorithm = algorithm($signer);

    my $tbs = der(0x30,
        der(0xa0, der(0x02, chr($spec{version} // 2))),
        der(0x02, "\x07"),
        $algorithm,
        name($spec{issuer} // 'ACME challenge'),
        der(0x30, der(0x17, '250101000000Z'), der(0x17, '491231235959Z')),
        name($spec{subject} // 'ACME challenge'),
        public_key($spec{key}),
        der(0xa3, der(0x30, map { encoded(@$_) } @{$spec{extensions}})));

    my $file = File::Temp->new;
    print $file $tbs;
    close $file;

    my $signature = openssl('dgst', '-sha256', '-sign', $signer,
                            $file->filename);

    return pem(der(0x30, $tbs, $algorithm, der(0x03, "\0", $signature)));
}


# DER, and AlgorithmIdentifier of its signatures

sub public_key {
    my ($file) = @_;

    return $public{$file} //= openssl('pkey', '-in', $file, '-pubout',
                                      '-outform', 'DER');
}


sub algorithm {
    my ($file) = @_;

    return index(public_key($file), oid($RSA)) > 0
        ? der(0x30, oid($RSA_SHA256), der(0x05))
        : der(0x30, oid($ECDSA_SHA256));
}


sub name {
    my ($common_name) = @_;

    return der(0x30, der(0x31, der(0x30, oid('2.5.4.3'),
                                   der(0x0c, $common_name))));
}


sub encoded {
    my ($oid, $critical, $value) = @_;

    return der(0x30, oid($oid), $critical ? der(0x01, "\xff") : '',
               der(0x04, $value));
}


sub extension {
    return [@_];
}


# entries in pairs: dns, email, uri => text; ip => octets

sub san {
    my %tags = (email => 0x81, dns => 0x82, uri => 0x86, ip => 0x87);
    my $entries = '';

    while (my ($kind, $value) = splice @_, 0, 2) {
        $entries .= der($tags{$kind}, $value);
    }

    return ['2.5.29.17', 0, der(0x30, $entries)];
}


sub acme_identifier {
    my ($digest, $critical) = @_;

    return [$ACME_IDENTIFIER, $critical // 1, der(0x04, $digest)];
}


sub der {
    my ($tag, @parts) = @_;
    my $content = join '', @parts;
    my $n = length $content;

    return pack('C', $tag)
           . ($n < 0x80 ? pack('C', $n)
              : $n < 0x100 ? pack('CC', 0x81, $n)
              : pack('Cn', 0x82, $n))
           . $content;
}


sub oid {
    my ($first, $second, @rest) = split /\./, $_[0];

    return der(0x06, pack('w*', $first * 40 + $second, @rest));
}


sub pem {
    my ($der) = @_;

    require MIME::Base64;

    return "-----BEGIN CERTIFICATE-----\n"
           . MIME::Base64::encode_base64($der)
           . "-----END CERTIFICATE-----\n";
}


# what it writes to its standard output

sub openssl {
    my (@arguments) = @_;
    my $errors = File::Temp->new;

    open my $saved, '>&', \*STDERR or die "dup: $!";
    open STDERR, '>', $errors->filename or die "dup: $!";
    my $pid = open my $out, '-|', 'openssl', @arguments;
    open STDERR, '>&', $saved or die "dup: $!";

    defined $pid or die "openssl: $!";
    binmode $out;
    local $/;
    my $output = <$out> // '';

    if (!close $out) {
        open my $fh, '<', $errors->filename or die "openssl: $!";
        die "openssl @arguments: " . <$fh>;
    }

    return $output;
}


1;
