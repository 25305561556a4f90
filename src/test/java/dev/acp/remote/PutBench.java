package dev.acp.remote;

import dev.acp.cluster.ClusterSpec.Ssh;
import dev.acp.event.Events;
import dev.acp.event.Progress;
import dev.acp.file.Content;
import dev.acp.value.Bytes;
import dev.acp.value.Digest;
import dev.acp.value.NodeName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * For scripts/bench/files.sh: one file to several sshd at once, as a stage sends it; checked there.
 * Not a test. Arguments: KEY KNOWN_HOSTS PORT FILE DIGEST FOLDER ADDRESS...; the file goes to
 * FOLDER/ADDRESS. The digest is known, as of a bundle's files by its manifest; "-" hashes the file
 * once first.
 */
public final class PutBench {
  private PutBench() {}

  public static void main(String[] args) throws Exception {
    Ssh ssh = ssh(args, "127.0.0.1");
    HostKeys keys = HostKeys.in(Path.of(args[1]), true);
    Path file = Path.of(args[3]);
    Digest digest = args[4].equals("-") ? Digest.ofFile(file) : Digest.parseOci(args[4]);
    Content content = Content.ofFile(file, Bytes.of(Files.size(file)), digest);
    List<String> addresses = List.of(args).subList(6, args.length);
    ExecutorService threads = Executors.newFixedThreadPool(addresses.size());
    List<Future<?>> all = new ArrayList<>();
    for (String address : addresses) {
      all.add(
          threads.submit(
              () -> {
                try (SshRemote node =
                    SshRemote.connect(
                        NodeName.of(address),
                        ssh(args, address),
                        Credentials.none(),
                        keys,
                        new Masker(),
                        Events.none())) {
                  node.put(content, RemotePath.of(args[5] + "/" + address), Progress.none());
                }
                return ssh;
              }));
    }
    for (Future<?> one : all) {
      one.get();
    }
    threads.shutdown();
  }

  private static Ssh ssh(String[] args, String address) {
    return new Ssh(
        System.getProperty("user.name"),
        address,
        Integer.parseInt(args[2]),
        Optional.of(Path.of(args[0])),
        Optional.empty(),
        Optional.empty(),
        Ssh.Become.NONE,
        Optional.empty());
  }
}
