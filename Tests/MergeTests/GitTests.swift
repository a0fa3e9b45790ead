import Machine
import Merge
import Support
import Testing

/// `git merge-file` on three files; nil where git is not installed.
private struct Git {
  static let isInstalled = (try? Subprocess.start(["git", "--version"])).map(Subprocess.wait) == 0

  let folder: ScratchFolder

  init() throws { folder = try ScratchFolder() }

  /// Text and number of conflicts; `git merge-file` writes into its first file.
  func merge(
    _ base: String, _ ours: String, _ theirs: String, labels: [String], style: [String]
  ) throws -> (text: String, conflicts: Int) {
    let paths = try ["ours": ours, "base": base, "theirs": theirs].map {
      ($0.key, try folder.write($0.key, $0.value))
    }
    func path(_ name: String) -> String { paths.first { $0.0 == name }?.1 ?? "" }
    let names = labels.flatMap { ["-L", $0] }
    let process = try Subprocess.start(
      ["git", "merge-file", "-q"] + style + names + [path("ours"), path("base"), path("theirs")])
    let conflicts = Int(Subprocess.wait(process))
    return (try folder.read("ours"), conflicts)
  }
}

@Suite("Merges of lines against git")
struct GitTests {
  /// git's way to ask for a style.
  private static let styles: [(LineMerge.Style, [String])] = [
    (.merge, []), (.diff3, ["--diff3"]), (.zdiff3, ["--zdiff3"]), (.ours, ["--ours"]),
    (.theirs, ["--theirs"]), (.union, ["--union"]),
  ]

  /// The bytes are git's when the sides stand in byte order; a run with the sides swapped is
  /// mirrored, which `LinePropertyTests` shows.
  @Test(
    "random texts: the bytes and the number of conflicts of git merge-file",
    .enabled(if: Git.isInstalled, "git is not installed"))
  func random() throws {
    let git = try Git()
    var conflicts = 0
    for seed in Seeds.range(300) {
      var (base, ours, theirs) = Generator(seed: seed).lines()
      if theirs.utf8.lexicographicallyPrecedes(ours.utf8) { swap(&ours, &theirs) }
      let (style, option) = Self.styles[Int(seed) % Self.styles.count]
      let result = LineMerge.merge(base: base, ours: ours, theirs: theirs, style: style)
      let expected = try git.merge(
        base, ours, theirs, labels: ["ours", "base", "theirs"], style: option)
      #expect(
        result.text.utf8.elementsEqual(expected.text.utf8),
        "seed \(seed) \(style): \(result.text.debugDescription) \(expected.text.debugDescription)")
      #expect(result.conflicts == expected.conflicts, "seed \(seed)")
      if expected.conflicts > 0 { conflicts += 1 }
    }
    if Seeds.range(300).count >= 300 { #expect(conflicts > 30, "too few texts have conflicts") }
  }
}
