import Bytes
import Machine

extension Publisher {
  /// Where new files of a patch wait, and the files that they replaced are kept.
  var patchFolder: String { "\(generations)/patch" }
  var patchIntentPath: String { "\(generations)/patch-intent" }
  /// What the last build remembers of itself.
  var recordPath: String { "\(generations)/record" }
  private var datesPath: String { "\(generations)/dates" }

  /// Sizes of the files to which a patch adds lines.
  var sizes: (manifest: Int, dates: Int) {
    (
      Files.information(manifestPath)?.size ?? 0, Files.information(datesPath)?.size ?? 0
    )
  }

  /// Puts a patch in place. After a crash the next start ends it, once the intent is on the disk; before,
  /// nothing has happened.
  func publish(_ intent: PatchIntent, record: [UInt8]) throws {
    try after(.treeComplete)
    try record.withUnsafeBufferPointer { (raw) throws(MachineError) in
      try Files.write(UnsafeRawBufferPointer(raw), to: "\(patchFolder)/record")
    }
    try Files.syncFileSystem(patchFolder)
    try after(.synced)
    try Files.replace(patchIntentPath, with: Array(intent.text.utf8))
    try after(.intentWritten)
    try carryOut(intent)
    try Files.remove(patchIntentPath)
    try after(.intentRemoved)
  }

  /// Does what an intent says and has not been done yet.
  func carryOut(_ intent: PatchIntent) throws {
    let aside = "\(patchFolder)/old"
    try Files.makeFolders(aside)
    for item in intent.put {
      guard let file = item.file else { continue }
      let path = "\(intent.roots[item.entry.root])/\(item.entry.path)"
      try put("\(patchFolder)/\(file)", at: "\(project)/\(path)", aside: "\(aside)/\(file)")
      try after(.swapped(path))
    }
    for (number, place) in intent.gone.enumerated() {
      let root = "\(project)/\(intent.roots[place.root])"
      let path = "\(root)/\(place.path)"
      if Files.exists(path) { try Files.rename(path, to: "\(aside)/gone-\(number)") }
      removeEmptyFolders(above: place.path, in: root)
    }
    try append(intent.manifestLines.array, to: manifestPath, behind: intent.manifestSize)
    let dates = intent.dates.joined()
    try append(Array(dates.utf8), to: datesPath, behind: intent.datesSize)
    try storeChanges(intent)
    if Files.exists("\(patchFolder)/record") {
      try Files.rename("\(patchFolder)/record", to: recordPath)
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

  private func removeEmptyFolders(above path: String, in root: String) {
    var folder = Path.folder(of: path)
    while !folder.isEmpty, Files.removeEmptyFolder("\(root)/\(folder)") {
      folder = Path.folder(of: folder)
    }
  }

  private func append(_ bytes: [UInt8], to path: String, behind size: Int) throws(MachineError) {
    if Files.exists(path) { try Files.truncate(path, to: size) }
    guard !bytes.isEmpty else { return }
    let file = try OpenFile(appending: path)
    try file.write(bytes)
    try file.sync()
    try file.close()
  }
}
