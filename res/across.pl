# The same as across.py, for nodes with perl alone: listens on the ports that the cluster will use and calls the
# other nodes', for a few seconds. Sockets only, bound to this node's address; they close with the process, which
# ends by itself. Only what perl-base has (Socket, Fcntl, Config); Time::HiRes is not in it. Perl 5.16 (EL 7) and later.
# argv: balancer token self seconds mtu ports(tcp/6443,..) vrrp ipip(yes|no) peer=port,port ...
# balancer: ADDRESS=ports of a load balancer behind which the listeners stand, ?=ports when its name is not known, or -
# vrrp: this node's address in the family of the VIP whose routers are to be heard, or -
use strict;
use warnings;
use Config;
use Fcntl;
use Socket qw(:all);
$| = 1;
$SIG{PIPE} = 'IGNORE';

# Seconds that never jump, in fractions: clock_gettime(CLOCK_MONOTONIC) by its number where Time::HiRes is missing.
my $clock = eval { require Time::HiRes; 1 } ? 0 : $Config{archname} =~ /^x86_64/ ? 228 : $Config{archname} =~ /^aarch64/ ? 113 : -1;
die "no clock that is fine enough on $Config{archname}\n" if $clock < 0;

sub now {
    return Time::HiRes::clock_gettime(1) unless $clock;
    my $time = pack 'q2', 0, 0;
    syscall($clock, 1, $time) == 0 or die "no clock: $!\n";
    my ($seconds, $nanos) = unpack 'q2', $time;
    return $seconds + $nanos / 1e9;
}

my ($balancer, $token, $me, $seconds, $mtu, $ports, $vrrp, $ipip, @rest) = @ARGV;
my @ports = grep { length } split /,/, $ports;
my @peers = map { my ($p, $w) = split /=/, $_, 2; [$p, [grep { length } split /,/, defined $w ? $w : '']] } @rest;
my $six = index($me, ':') >= 0;
my $family = $six ? AF_INET6 : AF_INET;
my $end = now() + $seconds;
my $heard = now() + 4; # a router says each second that it is there (RFC 9568, 6.1), unless it was told otherwise
my $most = $mtu - ($six ? 48 : 28);
$most = 0 if $most < 0;

sub place {
    my ($address, $port) = @_;
    my $raw = inet_pton($family, $address);
    return $six ? pack_sockaddr_in6($port, $raw) : pack_sockaddr_in($port, $raw);
}

sub new_socket {
    my ($type, $protocol) = @_;
    socket(my $s, $family, $type, $protocol) or return;
    my $flags = fcntl($s, F_GETFL, 0);
    fcntl($s, F_SETFL, $flags | O_NONBLOCK);
    return $s;
}

# %large: peers to send a packet of full size over TCP, by a port that answered
my (%listening, %datagrams, %conns, %calls, @held, %large);
my $heads = $six ? 92 : 72; # IP and TCP with every option that a data packet has
for my $port (@ports) {
    my ($kind, $number) = split m{/}, $port;
    my $tcp = $kind eq 'tcp';
    my $s = new_socket($tcp ? SOCK_STREAM : SOCK_DGRAM, 0);
    setsockopt($s, SOL_SOCKET, SO_REUSEADDR, 1) if $s && $tcp;
    if (!$s || !bind($s, place($me, $number)) || ($tcp && !listen($s, 64))) {
        push @held, $port;
        next;
    }
    if ($tcp) { $listening{fileno $s} = $s } else { $datagrams{fileno $s} = [$s, $port] }
}
my %held = map { $_ => 1 } @held;

my ($raw_ipip, $raw_vrrp, %came, %routers);
if (!$six) {
    if ($ipip eq 'yes' && ($raw_ipip = new_socket(SOCK_RAW, 4))) {
        undef $raw_ipip unless bind($raw_ipip, place($me, 0));
    }
}
$raw_vrrp = hear_vrrp($vrrp) if $vrrp ne '-';

sub link_of {
    my $wanted = unpack 'H*', inet_pton(AF_INET6, $_[0]);
    open(my $f, '<', '/proc/net/if_inet6') or return;
    while (<$f>) { my @w = split; return hex $w[1] if $w[0] eq $wanted }
    return;
}

sub hear_vrrp {
    my ($own) = @_;
    my $sixth = $own =~ /:/;
    socket(my $s, $sixth ? AF_INET6 : AF_INET, SOCK_RAW, 112) or return;
    fcntl($s, F_SETFL, fcntl($s, F_GETFL, 0) | O_NONBLOCK);
    if ($sixth) {
        my $link = link_of($own);
        # IPV6_JOIN_GROUP is 20 on Linux, below IPPROTO_IPV6 (41)
        return defined $link && setsockopt($s, 41, 20, inet_pton(AF_INET6, 'ff02::12') . pack('I', $link)) ? $s : undef;
    }
    # IP_ADD_MEMBERSHIP is 35 on Linux
    return setsockopt($s, 0, 35, inet_aton('224.0.0.18') . inet_aton($own)) ? $s : undef;
}

my (%todo, %done, %trips, %best, %sent, %expect);
for my $one (@peers) {
    $todo{"$one->[0] $_"} = 'silent' for @{$one->[1]};
    for my $port (@ports) { $expect{"$one->[0] $port"} = 1 unless $held{$port} }
}
my $through;
($balancer, $through) = split /=/, $balancer, 2;
if ($balancer ne '-') {
    $todo{"$balancer $_"} = $balancer eq '?' ? 'unresolved' : 'silent' for split /,/, $through;
}
my $udp = new_socket(SOCK_DGRAM, 0) or die "no socket: $!\n";
bind($udp, place($me, 0)) or die "cannot bind to $me: $!\n";
# IP_MTU_DISCOVER (10), IPV6_MTU_DISCOVER (23) = DO (2): never in fragments
setsockopt($udp, $six ? 41 : 0, $six ? 23 : 10, pack('i', 2));

sub inner {
    my $text = "acp $token $me";
    my $head = pack('CCnnnCCn', 0x45, 0, 28 + length $text, 0, 0, 1, 17, 0) . inet_aton('192.0.2.1') . inet_aton('192.0.2.2');
    return $head . pack('nnnn', 9, 9, 8 + length $text, 0) . $text;
}

sub dial {
    my ($peer, $port, $bulky) = @_;
    my $s = new_socket(SOCK_STREAM, 0) or return;
    return unless bind($s, place($me, 0));
    connect($s, place($peer, (split m{/}, $port)[1]));
    $calls{fileno $s} = {s => $s, peer => $peer, port => $port, began => now(), text => '', up => 0, asked => 0, bulky => $bulky};
}

# What was sent went in packets of the interface's size: the kernel sends smaller ones where those got lost.
sub full {
    my ($s) = @_;
    my $info = getsockopt($s, 6, 11); # TCP_INFO
    return defined $info && unpack('x16 L', $info) >= $mtu - $heads;
}

sub call_all {
    my %busy = map { ("$_->{peer} $_->{port}" => 1) } values %calls;
    for my $key (sort keys %todo) {
        my ($peer, $port) = split / /, $key;
        next if $peer eq '?';
        my ($kind, $number) = split m{/}, $port;
        if ($kind eq 'udp') {
            $sent{$key} = now();
            my $text = "acp? $token $me $port\n";
            my $more = exists $best{$peer} ? 0 : $most - length $text;
            send($udp, $text, 0, place($peer, $number));
            send($udp, $text . '.' x $more, 0, place($peer, $number)) if $more > 0;
            next;
        }
        dial($peer, $port, 0) unless $busy{$key};
    }
    my %sending = map { ($_->{peer} => 1) } grep { $_->{bulky} } values %calls;
    for my $peer (sort keys %large) { dial($peer, $large{$peer}, 1) unless $sending{$peer} }
    if ($raw_ipip) { send($raw_ipip, inner(), 0, place($_->[0], 0)) for @peers }
}

sub won {
    my ($peer, $port, $trip) = @_;
    my $key = "$peer $port";
    delete $todo{$key};
    $done{$key} = 'ok';
    my $micros = int($trip * 1e6);
    $micros = 1 if $micros < 1;
    $trips{$peer} = $micros if !exists $trips{$peer} || $micros < $trips{$peer};
}

sub arrived {
    my ($peer) = @_;
    $best{$peer} = $mtu;
    delete $large{$peer};
}

# A load balancer that says nothing is no stranger: many take every call, and hang up or wait when nobody stands behind.
sub drop_call {
    my ($id, $state, $mute) = @_;
    my $c = delete $calls{$id};
    $state = $mute if defined $mute && $c->{peer} eq $balancer && !length $c->{text};
    close $c->{s};
    my $key = "$c->{peer} $c->{port}";
    # a stranger that answered once is not forgotten
    $todo{$key} = $state if exists $todo{$key} && $todo{$key} ne 'wrong';
}

sub asked {
    my ($text) = @_;
    my @w = split ' ', $text;
    return unless @w >= 4 && $w[0] eq 'acp?' && $w[1] eq $token;
    (my $port = $w[3]) =~ s/\.+$//;
    delete $expect{"$w[2] $port"};
    return 1;
}

sub written {
    my ($id) = @_;
    my $c = $calls{$id};
    my $failed = unpack 'i', getsockopt($c->{s}, SOL_SOCKET, SO_ERROR);
    if ($failed) {
        drop_call($id, $failed == 111 ? 'refused' : 'silent');
        return;
    }
    $c->{up} = 1;
    $c->{asked} = now();
    my $more = $c->{bulky} ? ' ' . '.' x ($mtu + 200) : '';
    defined send($c->{s}, "acp? $token $me $c->{port}$more\n", 0) or drop_call($id, 'refused');
}

sub from_conn {
    my ($id) = @_;
    my $c = $conns{$id};
    my $n = sysread $c->{s}, $c->{text}, 65536, length $c->{text};
    return if !defined $n && $!{EAGAIN};
    if (!$n || index($c->{text}, "\n") >= 0 || length $c->{text} > 70000) {
        send($c->{s}, "acp $token $me\n", 0) if asked($c->{text});
        close $c->{s};
        delete $conns{$id};
    }
}

sub from_datagram {
    my ($s, $port) = @_;
    my $where = recv($s, my $data, 65535, 0);
    return unless defined $where && asked($data);
    my $out = "acp $token $me $port\n";
    my $more = length($data) - length $out;
    send($s, $out . ($more > 0 ? '.' x $more : ''), 0, $where);
}

sub from_udp {
    return unless defined recv($udp, my $data, 65535, 0);
    my @w = split ' ', $data;
    return unless @w >= 4 && $w[0] eq 'acp' && $w[1] eq $token;
    (my $port = $w[3]) =~ s/\.+$//;
    arrived($w[2]) if length $data >= $most;
    my $key = "$w[2] $port";
    won($w[2], $port, now() - $sent{$key}) if exists $todo{$key} && exists $sent{$key};
}

sub from_call {
    my ($id) = @_;
    my $c = $calls{$id};
    my $n = sysread $c->{s}, $c->{text}, 512, length $c->{text};
    return if !defined $n && $!{EAGAIN};
    if (!defined $n) {
        drop_call($id, 'refused');
    } elsif (!$n || index($c->{text}, "\n") >= 0) {
        # which one answers behind a load balancer is its own affair
        my $through = $c->{peer} eq $balancer;
        my $good = $through ? $c->{text} =~ /^acp \Q$token\E / : $c->{text} eq "acp $token $c->{peer}\n";
        if ($good && $c->{bulky}) {
            arrived($c->{peer}) if full($c->{s});
        } elsif ($good) {
            # the kernel's answer to the call does not wait for the peer's program
            my ($answer, $call) = (now() - $c->{asked}, $c->{asked} - $c->{began});
            won($c->{peer}, $c->{port}, $call < $answer ? $call : $answer);
            $large{$c->{peer}} = $c->{port} unless $through || exists $best{$c->{peer}};
        }
        drop_call($id, 'wrong', 'closed');
    }
}

my ($next_try, $finish) = (0, undef);
while (now() < $end) {
    my $now = now();
    if ($now >= $next_try) {
        call_all();
        $next_try = $now + 0.4;
    }
    for my $id (keys %calls) {
        drop_call($id, $calls{$id}{up} ? 'wrong' : 'silent', 'silent') if $now - $calls{$id}{began} > 2;
    }
    my $ipip_done = !$raw_ipip || keys(%came) >= @peers;
    # answers that got lost are asked for again
    if (!%todo && !%expect && !%large && $ipip_done && $balancer eq '-' && !defined $finish) {
        $finish = now() + 1;
        $finish = $heard if $vrrp ne '-' && $heard > $finish;
    }
    last if defined $finish && now() > $finish;
    my ($r, $w) = ('', '');
    vec($r, $_, 1) = 1 for keys %listening, keys %datagrams, keys %conns, fileno $udp;
    for my $raw (grep { $_ } $raw_ipip, $raw_vrrp) { vec($r, fileno $raw, 1) = 1 }
    for my $id (keys %calls) { if ($calls{$id}{up}) { vec($r, $id, 1) = 1 } else { vec($w, $id, 1) = 1 } }
    next if select($r, $w, undef, 0.05) <= 0;
    for my $id (keys %calls) { written($id) if vec($w, $id, 1) && !$calls{$id}{up} }
    for my $id (keys %listening) {
        next unless vec($r, $id, 1) && accept(my $s, $listening{$id});
        fcntl($s, F_SETFL, fcntl($s, F_GETFL, 0) | O_NONBLOCK);
        $conns{fileno $s} = {s => $s, text => ''};
        vec($r, fileno $s, 1) = 0;
    }
    for my $id (keys %datagrams) { from_datagram(@{$datagrams{$id}}) if vec($r, $id, 1) }
    for my $id (keys %conns) { from_conn($id) if vec($r, $id, 1) }
    from_udp() if vec($r, fileno $udp, 1);
    for my $id (keys %calls) { from_call($id) if vec($r, $id, 1) && $calls{$id}{up} }
    if ($raw_ipip && vec($r, fileno $raw_ipip, 1) && defined recv($raw_ipip, my $data, 65535, 0)) {
        $came{$1} = 1 if $data =~ /acp \Q$token\E (\S+)/;
    }
    if ($raw_vrrp && vec($r, fileno $raw_vrrp, 1) && defined recv($raw_vrrp, my $data, 65535, 0)) {
        # an IPv6 socket leaves the packet's header out
        my $start = $vrrp =~ /:/ ? 0 : (ord(substr $data, 0, 1) & 15) * 4;
        $routers{ord substr $data, $start + 1, 1} = 1 if length $data > $start + 1;
    }
}

print "\@\@ across 0\n";
print "|held $_\n" for @held;
my %all = (%todo, %done);
for my $key (sort keys %all) {
    my ($peer, $port) = split / /, $key;
    print '|dial ', $peer eq $balancer ? 'balancer' : $peer, " $port $all{$key}\n";
}
print "|trip $_ $trips{$_}\n" for sort keys %trips;
for my $one (@peers) {
    next unless exists $trips{$one->[0]};
    print "|mtu $one->[0] ", exists $best{$one->[0]} ? $best{$one->[0]} : 0, "\n";
}
if ($raw_ipip) { print "|ipip $_->[0] ", $came{$_->[0]} ? 'yes' : 'no', "\n" for @peers }
print "|vrrp ", join(' ', sort { $a <=> $b } keys %routers), "\n" if $raw_vrrp;
print "\@\@ end 0\n";
