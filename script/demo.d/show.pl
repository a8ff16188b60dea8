#!/usr/bin/perl
#
# Prints an exchange of script/demo for a person.
#
#   show.pl coordinator files         request, answer, verdict of each perspective
#   show.pl perspective files code    the same of one perspective asked directly
#   show.pl verdict files             one line
#
# "files" is the beginning of the names of .request.json, .response.json and
# .status.

use strict;
use warnings;

use JSON::PP ();
use MIME::Base64 qw(decode_base64);
use open qw(:std :encoding(UTF-8));
use utf8;

my ($kind, $files, $code) = @ARGV;

# members in the order of docs and specifications, not of the alphabet
my $rank = 0;
my %rank = map { $_ => $rank++ } qw(
    mpic_completed is_valid check_type domain_or_ip_target trace_identifier
    orchestration_parameters request_orchestration_parameters
    actual_orchestration_parameters perspective_count quorum_count
    max_attempts attempt_count caa_check_parameters dcv_check_parameters
    validation_method token key_authorization perspectives perspective_code
    rir check_response check_completed check_passed errors error_type
    error_message timestamp_ns duration_ms dnssec_status details);

my $json = JSON::PP->new->indent->indent_length(2)->space_after
    ->sort_by(sub {
        no warnings 'once';
        ($rank{$JSON::PP::a} // 999) <=> ($rank{$JSON::PP::b} // 999)
        || $JSON::PP::a cmp $JSON::PP::b
    });

my $answer = $json->decode(slurp("$files.response.json"));

if ($kind eq 'coordinator') {
    exchange($answer);
    table(@{ $answer->{perspectives} });
    conclude($answer);

} elsif ($kind eq 'perspective') {
    exchange($answer);
    printf "  %s\n\n", paint(1, $answer->{check_passed}
        ? "$code alone is fooled: the certificate would go to the attacker"
        : "$code alone is not fooled");

} elsif ($kind eq 'verdict') {
    verdict($answer);
}


# all but one of the perspectives go to the table alone

sub exchange {
    my ($answer) = @_;

    my ($version, $code, $seconds, $url) =
        split ' ', slurp("$files.status");
    my ($host, $path) = $url =~ m{//([^/]+)(/.*)};

    print "  > POST $path HTTP/$version\n  > Host: $host\n",
          quote('>', slurp("$files.request.json"));

    printf "\n  < HTTP/%s %s   (%.0f ms)\n", $version, $code, 1000 * $seconds;

    print quote('<', shortened($answer)), "\n";
}


# What the request said already, and all but one of the perspectives (the first
# that did not pass, if there is one), are left to the eye; long values are cut.

sub shortened {
    my ($answer) = @_;

    my %copy = %$answer;

    if ($copy{perspectives}) {
        my @list = sort { !!passed($a) <=> !!passed($b) }
                   @{ $copy{perspectives} };

        $copy{perspectives} = [$list[0], 'REST'];
        $copy{$_} = 'SENT' for grep { exists $copy{$_} }
                               qw(dcv_check_parameters
                                  request_orchestration_parameters);
    }

    my $text = $json->encode(\%copy);

    $text =~ s/"REST"/… the other five are in the table below/;
    $text =~ s/"SENT"/{ … as sent }/g;
    $text =~ s/("[^"\n]{48})[^"\n]{8,}"/$1…"/g;

    return $text;
}


sub quote {
    my ($mark, $text) = @_;

    return join '', map { '  ' . paint(2, "$mark $_") . "\n" }
                    split /\n/, $text;
}


sub table {
    my $row = "  %-15s %-9s %-7s %-14s %s\n";

    print paint(1, sprintf $row, 'perspective', 'RIR', 'passed',
                'looked at', 'and saw');

    for my $entry (sort { $a->{perspective_code} cmp $b->{perspective_code} }
                   @_)
    {
        my $check = $entry->{check_response};

        printf $row, $entry->{perspective_code},
               $check->{rir} // $entry->{rir} // '?',
               passed($entry) ? 'yes' : 'no',
               $check->{details}{resolved_ip} // '-', saw($check);
    }

    print "\n";
}


sub saw {
    my ($check) = @_;

    my $page = decode_base64($check->{details}{response_page} // '');
    my $status = $check->{details}{response_status_code};
    my $error = ($check->{errors} // [])->[0];

    $page =~ s/\s+$//;
    $page =~ s/[^\x20-\x7e]/?/g;
    $page = substr($page, 0, 12) . '…' if length $page > 13;

    return "$status, \"$page\"" if $check->{check_passed};
    return defined $status ? "$status, $error->{error_type}"
                           : $error->{error_type} if $error;
    return 'nothing';
}


sub conclude {
    my ($answer) = @_;

    my $passed = grep { passed($_) } @{ $answer->{perspectives} };
    my $actual = $answer->{actual_orchestration_parameters};

    print '  ', paint(1, sprintf '%d of %d passed, %d are needed: %s',
                      $passed, scalar @{ $answer->{perspectives} },
                      $actual->{quorum_count},
                      $answer->{is_valid} ? 'the CA may issue'
                                          : 'the CA does not issue'), "\n\n";
}


sub verdict {
    my ($answer) = @_;

    printf "is_valid=%s (%d/%d perspectives)\n",
           $answer->{is_valid} ? 'true' : 'false',
           scalar(grep { passed($_) } @{ $answer->{perspectives} }),
           scalar @{ $answer->{perspectives} };
}


sub passed {
    my ($entry) = @_;

    return $entry->{check_response}{check_passed};
}


sub paint {
    my ($colour, $text) = @_;

    return $text if !$ENV{MPIC_DEMO_COLOUR};
    return "\e[${colour}m$text\e[0m";
}


sub slurp {
    my ($name) = @_;

    open my $file, '<', $name or die "$name: $!\n";
    local $/;
    return <$file>;
}
