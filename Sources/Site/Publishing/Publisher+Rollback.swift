import Bytes
import LocalMirror
import Machine

/// A publication that is taken back.
enum TakenBack: Sendable {
  /// Whole roots: those that it made and those that were published before.
  case generation(Int, roots: [String], before: [String])
  /// Single outputs, with what leads back.
  case patch(PatchIntent)
}

/// What the last publication replaced, and so what can be put back. One publication is kept, no more:
/// `kept` names the folder that holds it.
///
/// A rollback is a publication: an intent says what is about to happen, each step can be done twice, and a
/// start that finds the intent ends it.
extension Publisher {
  private var rollbackIntentPath: String { "\(generations)/rollback-intent" }

  /// Where a copy of a file is that a generation replaced.
  func before(_ folder: String, _ name: String) -> String { "\(folder)/before/\(name)" }

  /// Keeps what tells of the published state, beside the new tree.
  func keepFiles(in folder: String, _ roots: [String]) throws {
    try Files.makeFolders("\(folder)/before")
    for (path, name) in [(manifestPath, "manifest"), (recordPath, "record"), (datesPath, "dates")]
    where Files.exists(path) {
      try Files.link(path, to: before(folder, name))
    }
    try Files.write(roots.map { "\($0)\n" }.joined(), to: before(folder, "roots"))
  }

  /// What can be put back; nil where there is nothing. `recoverGeneration()` must have been called.
  func kept() throws -> Kept? {
    guard let name = try? Files.readText(keptPath) else { return nil }
    let folder = "\(generations)/\(name)"
    if let number = Int(name), number == publishedGeneration(),
      let roots = try? Files.readText(before(folder, "roots"))
    {
      let paths = roots.split(separator: "\n").map(String.init)
      return .generation(
        Intent(
          generation: number,
          roots: try paths.enumerated().map { index, path in
            let tree = Generation.path(folder, index)
            guard let inode = Files.information(tree)?.inode else {
              throw SiteError(.files, "\(tree) is gone", help: "build again")
            }
            return (path, inode)
          }))
    }
    if let back = (try? Files.readText("\(folder)/back")).flatMap({ PatchIntent($0) }) {
      return .patch(back)
    }
    return nil
  }

  /// See `kept()`.
  enum Kept {
    case generation(Intent)
    case patch(PatchIntent)
  }

  /// Puts back what the last publication replaced.
  func rollBack(_ kept: Kept) throws {
    let text =
      switch kept {
      case .generation(let intent): intent.text
      case .patch(let back): back.text
      }
    try Files.replace(rollbackIntentPath, with: Array(text.utf8))
    try after(.intentWritten)
    try carryOut(kept)
    try Files.remove(rollbackIntentPath)
    try after(.intentRemoved)
    try remove(kept)
  }

  /// Ends a rollback that was cut short.
  func recoverRollback() throws {
    if let text = try? Files.readText(rollbackIntentPath) {
      if let intent = Intent(text) {
        try carryOut(.generation(intent))
      } else if let back = PatchIntent(text) {
        try carryOut(.patch(back))
      }
    }
    try Files.remove(rollbackIntentPath)
  }

  private func remove(_ kept: Kept) throws {
    switch kept {
    case .generation(let intent): try Files.removeTree("\(generations)/\(intent.generation)")
    case .patch(let back): try Files.removeTree(patchFolder(back.number))
    }
  }

  private func carryOut(_ kept: Kept) throws {
    switch kept {
    case .generation(let intent): try takeBackGeneration(intent)
    case .patch(let back): try takeBackPatch(back)
    }
    try Files.remove(keptPath)
    try after(.manifestStored)
  }

  /// Exchanges each root that is not exchanged yet, and puts back the files that tell of the old state.
  private func takeBackGeneration(_ intent: Intent) throws {
    let folder = "\(generations)/\(intent.generation)"
    try exchangeRoots(intent)
    let manifest = try Files.read(before(folder, "manifest"))
    let old = ManifestLines(manifest).roots
    for root in intent.roots where !old.contains(root.path) {
      try Files.removeTree("\(project)/\(root.path)")
    }
    try putBack(before(folder, "record"), to: recordPath)
    try putBack(before(folder, "dates"), to: datesPath)
    try takeBack(
      .generation(intent.generation, roots: intent.roots.map(\.path), before: old))
    try Files.replace(manifestPath, with: manifest)
  }

  private func putBack(_ copy: String, to path: String) throws {
    if Files.exists(copy) {
      try Files.replace(path, with: Files.read(copy))
    } else {
      try Files.remove(path)
    }
  }

  /// Puts the files that were set aside into their places again, and takes away those that were new.
  private func takeBackPatch(_ back: PatchIntent) throws {
    let folder = patchFolder(back.number)
    for item in back.put {
      guard let file = item.file else { continue }
      let root = "\(project)/\(back.roots[item.entry.root])"
      let path = "\(root)/\(item.entry.path)"
      if Files.exists("\(folder)/old/\(file)") {
        try Files.makeFolders(Path.folder(of: path))
        try Files.rename("\(folder)/old/\(file)", to: path)
      }
      try after(.swapped(path))
    }
    for place in back.gone where !place.isOnlyForgotten {
      let root = "\(project)/\(back.roots[place.root])"
      try Files.remove("\(root)/\(place.path)")
      removeEmptyFolders(above: place.path, in: root)
    }
    try append([], to: manifestPath, behind: back.manifestSize)
    try append([], to: datesPath, behind: back.datesSize)
    try takeBack(.patch(back))
    try putBack("\(folder)/record-before", to: recordPath)
  }

  /// What is different once it has been put back.
  func changes(of kept: Kept) throws -> [OutputChange] {
    switch kept {
    case .generation(let intent):
      let path = before("\(generations)/\(intent.generation)", "manifest")
      guard let old = SiteManifest(reading: try Files.read(path)) else {
        throw SiteError(.files, "\(path) is damaged", help: "build again")
      }
      return old.changes(since: manifest())
    case .patch(let back):
      let folder = patchFolder(back.number)
      let forward = Set(try Files.list("\(folder)/old"))
      var changes = back.put.compactMap { item -> OutputChange? in
        let path = "\(back.roots[item.entry.root])/\(item.entry.path)"
        guard let file = item.file, forward.contains("\(file)") else { return nil }
        return OutputChange(kind: Files.exists("\(project)/\(path)") ? .changed : .new, path: path)
      }
      changes += back.gone.filter { !$0.isOnlyForgotten }.map {
        OutputChange(kind: .gone, path: "\(back.roots[$0.root])/\($0.path)")
      }
      return changes.sorted { $0.path < $1.path }
    }
  }
}
