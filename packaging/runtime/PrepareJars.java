import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.ConstantPoolSharingOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * Copies jars so that a class-data archive can hold their classes: java PrepareJars.java FROM TO SECONDS.
 *
 * <p>The JVM leaves out of such an archive every class of a signed jar, and every class whose file is older
 * than version 50 (HotSpot, systemDictionaryShared.cpp, check_for_exclusion). So the signature files of
 * Bouncy Castle's jars are dropped, which OpenJDK does not ask for: acp's package is signed as a whole. And
 * picocli's classes, which are of version 49, are written anew with the stack maps of version 52. Nothing else
 * of a class changes. Entries are sorted and carry one time, so that two runs give the same bytes.
 *
 * <p>Native libraries for other systems than Linux, and for other processors than a package is made for, are left out. So are
 * zstd-jni's classes for Java 22 and newer, which call the library by handles that Java makes anew at each start, for 0.2 s; those for
 * older ones call it by JNI, the very same.
 */
final class PrepareJars {
  private static final int OLDEST_ARCHIVED = 50;
  private static final int WITH_STACK_MAPS = 52;

  private static final Pattern NATIVE = Pattern.compile(".*\\.(so|dll|dylib|jnilib)");
  // as zstd-jni and jline name their folders
  private static final Pattern SHIPPED_NATIVE = Pattern.compile("(.*/)?[Ll]inux/(amd64|x86_64|aarch64|arm64)/[^/]+");

  private static final Pattern BY_HANDLES = Pattern.compile("META-INF/versions/\\d+/com/github/luben/zstd/.*");

  private static final Pattern FOR_JAVA =
      Pattern.compile(
          "Manifest-Version|Main-Class|Class-Path|Multi-Release|Sealed|Automatic-Module-Name|Enable-Native-Access|Add-(Opens|Exports)"
              + "|(Specification|Implementation)-(Title|Version|Vendor)");

  private PrepareJars() {}

  public static void main(String[] arguments) throws IOException {
    Path from = Path.of(arguments[0]);
    Path to = Path.of(arguments[1]);
    long millis = Long.parseLong(arguments[2]) * 1000;
    Files.createDirectories(to);
    try (var jars = Files.list(from)) {
      for (Path jar : (Iterable<Path>) jars.filter(p -> p.toString().endsWith(".jar")).sorted()::iterator) {
        copy(jar, to.resolve(jar.getFileName()), millis);
      }
    }
  }

  private static void copy(Path from, Path to, long millis) throws IOException {
    Map<String, byte[]> entries = new TreeMap<>();
    int renewed = 0;
    int signatures = 0;
    int elsewhere = 0;
    int handles = 0;
    try (InputStream in = Files.newInputStream(from);
        ZipInputStream zip = new ZipInputStream(in);
        URLClassLoader classes = new URLClassLoader(new URL[] {from.toUri().toURL()})) {
      for (ZipEntry e = zip.getNextEntry(); e != null; e = zip.getNextEntry()) {
        byte[] data = zip.readAllBytes();
        if (e.isDirectory()) {
          continue;
        }
        if (e.getName().matches("META-INF/[^/]+\\.(SF|RSA|DSA|EC)")) {
          signatures++;
          continue;
        }
        if (NATIVE.matcher(e.getName()).matches() && !SHIPPED_NATIVE.matcher(e.getName()).matches()) {
          elsewhere++;
          continue;
        }
        if (BY_HANDLES.matcher(e.getName()).matches()) {
          handles++;
          continue;
        }
        if (e.getName().endsWith(".class") && data.length > 7 && (data[6] & 0xff) == 0 && (data[7] & 0xff) < OLDEST_ARCHIVED) {
          data = renewed(data, classes);
          renewed++;
        }
        entries.put(e.getName(), data);
      }
    }
    try (OutputStream out = Files.newOutputStream(to);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      // a jar's manifest stands first, where JarInputStream looks for it
      byte[] manifest = entries.remove("META-INF/MANIFEST.MF");
      if (manifest != null) {
        put(zip, "META-INF/MANIFEST.MF", forJava(manifest), millis);
      }
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        put(zip, entry.getKey(), entry.getValue(), millis);
      }
    }
    if (renewed + signatures + elsewhere + handles > 0) {
      System.out.printf(
          "%s: %d classes renewed, %d signature files, %d native libraries of other machines and %d classes for method handles left out%n",
          to.getFileName(), renewed, signatures, elsewhere, handles);
    }
  }

  /**
   * What Java itself reads of a jar's manifest, which it parses at each start for the first class of each jar: neither the digest of
   * each entry, which only the signature files were for, nor OSGi's tables of packages, 36 KB in Bouncy Castle's.
   */
  private static byte[] forJava(byte[] bytes) throws IOException {
    Manifest manifest = new Manifest(new ByteArrayInputStream(bytes));
    manifest.getEntries().clear();
    manifest.getMainAttributes().keySet().removeIf(name -> !FOR_JAVA.matcher(name.toString()).matches());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    manifest.write(out);
    return out.toByteArray();
  }

  private static byte[] renewed(byte[] data, ClassLoader classes) {
    ClassFile writer =
        ClassFile.of(
            StackMapsOption.GENERATE_STACK_MAPS,
            ConstantPoolSharingOption.NEW_POOL,
            ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofClassLoading(classes)));
    return writer.transformClass(
        writer.parse(data),
        ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)
            .andThen(ClassTransform.endHandler(made -> made.withVersion(WITH_STACK_MAPS, 0))));
  }

  private static void put(ZipOutputStream zip, String name, byte[] data, long millis) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    // as the zip format's own field, which knows no time zone: TZ=UTC is the caller's
    entry.setTime(millis);
    // as it is: Java finds it sooner, and the archive around all jars packs it better
    CRC32 sum = new CRC32();
    sum.update(data);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(data.length);
    entry.setCrc(sum.getValue());
    zip.putNextEntry(entry);
    zip.write(data);
    zip.closeEntry();
  }
}
