import Bytes
import Machine

extension Publisher {
  /// Where new files of a patch wait, and the files that they replaced are kept until the next
  /// publication.
  func patchFolder(_ number: Int) -> String { "\(generations)/patch-\(number)" }
  var patchIntentPath: String { "\(generations)/patch-intent" }
  /// What the last build remembers of itself.
  var recordPath: String { "\(generations)/record" }
  var datesPath: String { "\(generations)/dates" }

  /// Sizes of the files to which a patch adds lines.
  var sizes: (manifest: Int, dates: Int) {
    (
      Files.information(manifestPath)?.size ?? 0, Files.information(datesPath)?.size ?? 0
    )
  }

  /// Puts a patch in place. After a crash the next start ends it, once the intent is on the disk; before,
  /// nothing has happened. `back` leads back to what is published now; nil where that is not wanted.
  func publish(_ intent: PatchIntent, back: PatchIntent?, record: [UInt8]) throws {
    try after(.treeComplete)
    let folder = patchFolder(intent.number)
    try record.withUnsafeBufferPointer { (raw) throws(MachineError) in
      try Files.write(UnsafeRawBufferPointer(raw), to: "\(folder)/record")
    }
    if let back {
      try Files.write(back.text, to: "\(folder)/back")
      if Files.exists(recordPath) { try Files.link(recordPath, to: "\(folder)/record-before") }
    }
    try Files.syncFileSystem(folder)
    try after(.synced)
    try Files.replace(patchIntentPath, with: Array(intent.text.utf8))
    try after(.intentWritten)
    try carryOut(intent)
    try Files.remove(patchIntentPath)
    try after(.intentRemoved)
    try removeKept(except: Path.name(of: folder))
  }

  /// Does what an intent says and has not been done yet.
  func carryOut(_ intent: PatchIntent) throws {
    let folder = patchFolder(intent.number)
    let aside = "\(folder)/old"
    try Files.makeFolders(aside)
    for item in intent.put {
      guard let file = item.file else { continue }
      let path = "\(intent.roots[item.entry.root])/\(item.entry.path)"
      try put("\(folder)/\(file)", at: "\(project)/\(path)", aside: "\(aside)/\(file)")
      try after(.swapped(path))
    }
    for place in intent.gone {
      let root = "\(project)/\(intent.roots[place.root])"
      let path = "\(root)/\(place.path)"
      if let number = place.aside {
        if Files.exists(path) { try Files.rename(path, to: "\(aside)/\(number)") }
      } else {
        try Files.remove(path)
      }
      removeEmptyFolders(above: place.path, in: root)
    }
    try append(intent.manifestLines.array, to: manifestPath, behind: intent.manifestSize)
    let dates = intent.dates.joined()
    try append(Array(dates.utf8), to: datesPath, behind: intent.datesSize)
    try storeChanges(intent)
    if Files.exists("\(folder)/record") { try Files.rename("\(folder)/record", to: recordPath) }
    if Files.exists("\(folder)/back") {
      try Files.replace(keptPath, with: Array(Path.name(of: folder).utf8))
    } else {
      try Files.remove(keptPath)
    }
    try after(.manifestStored)
  }

  private func put(_ new: String, at path: String, aside: String) throws {
    guard Files.exists(new) else { return }  // it is in its place already
    if Files.exists(path) {
      if !Files.exists(aside) { try Files.link(path, to: aside) }
    } else {
      try Files.makeFolders(Path.folder(of: path))
    }
    try Files.rename(new, to: path)
  }

  func removeEmptyFolders(above path: String, in root: String) {
    var folder = Path.folder(of: path)
    while !folder.isEmpty, Files.removeEmptyFolder("\(root)/\(folder)") {
      folder = Path.folder(of: folder)
    }
  }

  /// Cuts a file off behind `size` bytes and adds others.
  func append(_ bytes: [UInt8], to path: String, behind size: Int) throws(MachineError) {
    guard let before = Files.information(path)?.size ?? (bytes.isEmpty ? nil : 0) else { return }
    if before > size { try Files.truncate(path, to: size) }
    if bytes.isEmpty && before <= size { return }
    let file = try OpenFile(appending: path)
    try file.write(bytes)
    try file.sync()
    try file.close()
  }
}
