# nginx takes each of conf-examples/ as it is, but for the places of files and
# for names that only its operator's network knows.

use strict;
use warnings;

use File::Path qw(make_path);
use Test::More;

my $nginx = $ENV{TEST_NGINX_BINARY};
my $certs = $ENV{TEST_NGINX_CERTS};
my $root = "$ENV{TEST_NGINX_SERVROOT}-examples";

my ($modules) = $ENV{TEST_NGINX_LOAD_MODULES} =~ m{(\S+)/ngx_http_mpic_module};
my %files = ('cohort.secret' => "$root/cohort.secret",
             'coordinator' => "$certs/coordinator",
             'perspective' => "$certs/p1", 'server' => "$certs/server",
             'perspectives-ca' => "$certs/ca", 'clients-ca' => "$certs/ca",
             'coordinators-ca' => "$certs/ca");

make_path($root);
write_file("$root/cohort.secret", "0123456789abcdef" x 4 . "\n");

for my $example (glob 'conf-examples/*.conf') {
    my $text = read_file($example);
    my $hosts = 0;

    $text =~ s{modules/}{$modules/};
    $text =~ s{/etc/nginx/mpic/([\w-]+?(?:\.secret)?)(\.pem|\.key)?;}
              {($files{$1} // die "$example: no file for $1\n")
               . ($2 // '') . ';'}ge;
    $text =~ s{https://\w+\.mpic\.example}{'https://127.0.1.' . ++$hosts}ge;
    $text = "user root; pid $root/nginx.pid; error_log stderr;\n" . temporary($text);
    write_file("$root/nginx.conf", $text);

    # the words "deprecated" of a newer nginx about "listen … http2" are none
    # of an example's that must do for both
    my $output = `$nginx -t -e stderr -p $root/ -c nginx.conf 2>&1`;
    is($?, 0, "nginx -t: $example") or diag($output);

    my @complaints = grep { /\[(?:warn|error|crit|alert|emerg)\]/
                            && !/"listen \.\.\. http2" directive is deprecated/ }
                          split /\n/, $output;
    is("@complaints", '', "… without a warning");

    my $spoiled = $text =~ s/(mpic_(?:validate|check)\s+)\w+/$1nonesuch/r;
    write_file("$root/nginx.conf", $spoiled);
    $output = `$nginx -t -e stderr -p $root/ -c nginx.conf 2>&1`;
    isnt($?, 0, '… and a word changed in it is noticed');
    like($output, qr/nonesuch/, '… by name');
}

done_testing();


# Debian's nginx would write to /var/lib and /var/log

sub temporary {
    my ($text) = @_;
    my $paths = join '', "access_log $root/access.log;\n", map { "${_}_temp_path $root/$_;\n" }
                         qw(client_body proxy fastcgi uwsgi scgi);

    return $text =~ s/^http \{\n/http {\n$paths/mr;
}


sub read_file {
    my ($name) = @_;

    open my $file, '<', $name or die "$name: $!\n";
    local $/;
    return <$file>;
}


sub write_file {
    my ($name, $text) = @_;

    open my $file, '>', $name or die "$name: $!\n";
    print $file $text;
    close $file or die "$name: $!\n";
}
