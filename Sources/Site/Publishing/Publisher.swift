import Bytes
import Machine

/// The steps of a publication, for tests that cut it short after each.
package enum PublishStep: Hashable, Sendable {
  /// The new tree is complete.
  case treeComplete
  /// It is on the disk, with its manifest.
  case synced
  /// The intent is on the disk: from here the new site is what will be shown.
  case intentWritten
  /// One root shows the new tree.
  case swapped(String)
  /// The mirror knows the new manifest.
  case manifestStored
  /// The intent is gone.
  case intentRemoved
}

/// Swaps whole output roots in, so that a reader, a crash or `kill -9` meets the old site or the
/// new one and never a mixture within a root.
///
/// A generation is written beside the published roots and synced by one call. Then an intent is
/// written, each root is exchanged in one step (renameat2), and the intent is removed. A start
/// that finds an intent ends what it says; a start that finds none discards what was unfinished.
struct Publisher {
  /// The project's folder.
  let project: String
  /// The storefront, which has generations of its own.
  let storefront: String
  /// Stores the manifest in the mirror.
  var store: (SiteManifest) throws -> Void
  /// Notes in the mirror what a patch changed.
  var storeChanges: (PatchIntent) throws -> Void = { _ in }
  /// Puts back in the mirror what a publication replaced.
  var takeBack: (TakenBack) throws -> Void = { _ in }
  /// Called after each step; what it throws ends the publication there.
  var after: (PublishStep) throws -> Void = { _ in }

  /// Where generations are kept.
  var generations: String { "\(project)/.trumeau/generations/\(storefront)" }
  private var intentPath: String { "\(generations)/intent" }
  var manifestPath: String { "\(generations)/manifest" }

  /// What a publication is about to do: the new folder of each root, told apart by its inode.
  struct Intent {
    var generation: Int
    var roots: [(path: String, inode: UInt64)]

    var text: String {
      "\(generation)\n" + roots.map { "\($0.inode)\t\($0.path)\n" }.joined() + "end\n"
    }

    init(generation: Int, roots: [(path: String, inode: UInt64)]) {
      self.generation = generation
      self.roots = roots
    }

    init?(_ text: String) {
      let lines = text.split(separator: "\n")
      guard lines.count >= 2, lines.last == "end", let first = lines.first,
        let number = Int(first)
      else { return nil }
      generation = number
      roots = []
      for line in lines.dropFirst().dropLast() {
        let fields = line.split(separator: "\t", maxSplits: 1)
        guard fields.count == 2, let inode = UInt64(fields[0]) else { return nil }
        roots.append((String(fields[1]), inode))
      }
    }
  }

  /// The same publisher with another way to store the manifest.
  func with(store: @escaping (SiteManifest) throws -> Void) -> Publisher {
    var copy = self
    copy.store = store
    return copy
  }

  /// Ends a publication that was cut short, discards what was never meant to be shown, and gives
  /// the manifest of what is published now.
  func recover() throws -> SiteManifest? {
    try recoverGeneration() == nil ? nil : manifest()
  }

  /// The same, but gives only the number of the generation that is published.
  func recoverGeneration() throws -> Int? {
    try Files.makeFolders(generations)
    // Where there is no intent, nothing was begun that must be ended.
    if let intent = (try? Files.readText(intentPath)).flatMap(Intent.init) {
      try carryOut(intent)
    }
    try Files.remove(intentPath)
    if let intent = (try? Files.readText(patchIntentPath)).flatMap({ PatchIntent($0) }) {
      try carryOut(intent)
    }
    try Files.remove(patchIntentPath)
    try recoverRollback()
    let published = publishedGeneration()
    for name in try Files.list(generations) {
      guard let number = Int(name), number != published else { continue }
      try Files.removeTree("\(generations)/\(name)")
    }
    return published
  }

  /// What holds what the last publication replaced: a folder of `generations`.
  var keptPath: String { "\(generations)/kept" }

  /// Removes what earlier patches replaced.
  func removeKept(except kept: String?) throws(MachineError) {
    for name in try Files.list(generations) where name != kept {
      guard name == "patch" || name.hasPrefix("patch-") && Int(name.dropFirst(6)) != nil else {
        continue
      }
      try Files.removeTree("\(generations)/\(name)")
    }
  }

  /// The manifest of what is published; nil where nothing is. O(outputs).
  func manifest() -> SiteManifest? {
    // None, or a damaged one, is none: everything is written anew then.
    (try? Files.read(manifestPath)).flatMap(SiteManifest.init(reading:))
  }

  /// What is published, to be found by path; nil where nothing is. Takes half the memory that all
  /// entries of the manifest take.
  func publishedFiles() -> PublishedFiles? {
    guard let bytes = try? Files.read(manifestPath), bytes.last == 10,
      let number = SiteManifest.generation(ofHead: bytes)
    else { return nil }
    let lines = ManifestLines(bytes)
    return lines.isWhole ? PublishedFiles(lines, generation: number) : nil
  }

  /// The number of the generation that is published.
  func publishedGeneration() -> Int? {
    guard let file = try? OpenFile(reading: manifestPath) else { return nil }
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 256, alignment: 8)
    defer { room.deallocate() }
    let count = (try? file.read(into: room)) ?? 0  // what cannot be read is no manifest
    return SiteManifest.generation(ofHead: [UInt8](room[..<count]))
  }

  /// Begins a generation with empty roots. `recover()` must have been called.
  func begin(
    roots: [String], secrets: [String] = [], published: PublishedFiles
  ) throws(MachineError) -> Generation {
    let number = published.head.generation + 1
    let folder = "\(generations)/\(number)"
    try Files.makeFolders(folder)
    return try Generation(
      number: number, folder: folder, project: project, roots: roots, secrets: secrets,
      old: published)
  }

  /// Throws away a generation that shall not be shown. One whose intent is written stays: the next
  /// start shows it; and one that is published holds what it replaced.
  func discard(_ generation: Generation) {
    if Files.exists(intentPath) || publishedGeneration() == generation.number { return }
    try? Files.removeTree(generation.folder)  // the next start removes what is left
  }

  /// Shows a finished generation. Roots of the last one that are no longer wanted go.
  func publish(_ generation: Generation, replacing published: SiteManifest?) throws -> SiteManifest
  {
    try after(.treeComplete)
    let manifest = generation.manifest()
    try manifest.write(to: "\(generation.folder)/manifest")
    let vanished = (published?.roots ?? []).filter { !generation.roots.contains($0) }
    for (index, _) in vanished.enumerated() {
      try Files.makeFolders(Generation.path(generation.folder, generation.roots.count + index))
    }
    if published != nil { try keepFiles(in: generation.folder, generation.roots + vanished) }
    try Files.syncFileSystem(generation.folder)
    try after(.synced)
    let roots = try (generation.roots + vanished).enumerated().map { index, path in
      let folder = Generation.path(generation.folder, index)
      guard let inode = Files.information(folder)?.inode else {
        throw SiteError(.files, "\(folder) is gone while it is being published")
      }
      return (path, inode)
    }
    let intent = Intent(generation: generation.number, roots: roots)
    try Files.replace(intentPath, with: Array(intent.text.utf8))
    try after(.intentWritten)
    try carryOut(intent, manifest)
    try Files.remove(intentPath)
    try after(.intentRemoved)
    if let old = published?.generation { try Files.removeTree("\(generations)/\(old)") }
    try removeKept(except: nil)
    return manifest
  }

  /// Makes a manifest that is on the disk the published one, in one step: a second name of its file.
  private func show(_ path: String) throws(MachineError) {
    let name = "\(manifestPath).new"
    try Files.remove(name)
    try Files.link(path, to: name)
    try Files.rename(name, to: manifestPath)
    // Where it bears that name already, renaming does nothing.
    try Files.remove(name)
    try Files.syncFolder(generations)
  }

  /// Exchanges each root with its tree in the generation, unless that was done already.
  func exchangeRoots(_ intent: Intent) throws {
    let folder = "\(generations)/\(intent.generation)"
    for (index, root) in intent.roots.enumerated() {
      let target = "\(project)/\(root.path)"
      if Files.information(target)?.inode != root.inode {
        try Files.makeFolders(target)
        try Files.exchange(Generation.path(folder, index), target)
        try Files.syncFolder(Path.folder(of: target))
      }
      try after(.swapped(root.path))
    }
  }

  /// Swaps each root that is not swapped yet, then makes the manifest the published one.
  /// `known` is that manifest where this process has just written it.
  private func carryOut(_ intent: Intent, _ known: SiteManifest? = nil) throws {
    let folder = "\(generations)/\(intent.generation)"
    try exchangeRoots(intent)
    let path = "\(folder)/manifest"
    guard let manifest = try known ?? SiteManifest(reading: Files.read(path)) else {
      throw SiteError(.files, "\(path) is damaged", help: "build again")
    }
    try show(path)
    try store(manifest)
    for root in intent.roots where !manifest.roots.contains(root.path) {
      try Files.removeTree("\(project)/\(root.path)")
    }
    if Files.exists(before(folder, "manifest")) {
      try Files.replace(keptPath, with: Array("\(intent.generation)".utf8))
    } else {
      try Files.remove(keptPath)
    }
    try after(.manifestStored)
  }
}
