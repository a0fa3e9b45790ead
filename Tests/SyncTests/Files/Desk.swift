import Bytes
import Contract
import Diagnostics
import LocalMirror
import Machine
import Support
import Sync
import Testing

/// An editor's desk: a shop, its mirror, and a folder of files in which people write.
final class Desk {
  let world: World
  let content: ContentFiles
  let random = SeededRandom(seed: 11)
  let carre = RecordKey(.product, "prd_carre")

  static let file = "content/products/carre.md"
  static let french = "content/products/carre.fr.md"

  init(
    fields: ProductFileFields = ProductFileFields(), files: (any FileSystem)? = nil
  ) throws {
    world = try World()
    content = ContentFiles(
      root: world.folder.path, content: "content", fields: fields, locales: ["en", "fr"],
      files: files ?? SystemFiles(), random: random)
    putCarre()
    world.source.put(
      .product, "prd_halo", #"{"handle":"halo","title":"Halo","status":"active"}"#)
    putFrench("Carré de soie")
    try world.pull()
  }

  func putCarre(
    title: String = "Silk square", description: String = "A winter garden.\\n\\nHemmed by hand.",
    tags: String = #"["silk","new"]"#, handle: String = "carre", vendor: String = "Aurelle"
  ) {
    world.source.put(
      .product, "prd_carre",
      """
      {"handle":"\(handle)","title":"\(title)","vendor":"\(vendor)","status":"active",
      "description":{"markdown":"\(description)"},"tags":\(tags),
      "seo":{"title":"Silk"}}
      """)
  }

  func putFrench(_ title: String) {
    world.source.put(
      .translation, "trn_1",
      #"{"key":"title","locale":"fr","value":"\#(title)","source_digest":"sha256:aa"}"#,
      links: #"{"resource":{"type":"product","id":"prd_carre"}}"#)
  }

  func store() throws -> MirrorStore {
    try MirrorStore(path: world.path, tenant: "demo", clock: world.time)
  }

  // MARK: What an editor does

  @discardableResult
  func open(_ id: String = "prd_carre", locale: String? = nil) throws -> FileReport {
    try content.write(id, locale: locale, from: store()).report
  }

  @discardableResult
  func takeIn() throws -> FileReport { try content.importChanges(into: store()) }

  @discardableResult
  func render() throws -> FileReport { try content.renderChanges(from: store()) }

  func read(_ path: String = Desk.file) throws -> String { try world.folder.read(path) }

  func write(_ text: String, to path: String = Desk.file) throws {
    try world.folder.write(path, text)
  }

  /// Replaces a part of a file, as an editor does.
  func change(_ part: String, to other: String, in path: String = Desk.file) throws {
    let text = try read(path)
    let range = try #require(text.firstRange(of: part), "\(part) is in the file")
    try write(text[..<range.lowerBound] + other + text[range.upperBound...], to: path)
  }

  func exists(_ path: String) -> Bool { Files.exists("\(world.folder.path)/\(path)") }

  func remove(_ path: String) throws { try Files.remove("\(world.folder.path)/\(path)") }

  func move(_ path: String, to target: String) throws {
    try Files.rename("\(world.folder.path)/\(path)", to: "\(world.folder.path)/\(target)")
  }

  // MARK: What comes of it

  func locals() throws -> [LocalValue] {
    try MirrorReader(path: world.path).localValues()
  }

  /// Edits as `field=value`.
  func edited() throws -> [String] { try locals().map { "\($0.field)=\($0.value.json)" } }

  func value(_ field: String, of id: String = "prd_carre") throws -> FieldValue {
    let tape = try #require(
      try MirrorReader(path: world.path).effectiveRecord(RecordKey(.product, id)))
    return RecordFields.value(
      field, attributes: tape.value["attributes"] ?? Tape.null.value, links: nil)
  }

  func questions() throws -> [ConflictEntry] {
    try MirrorReader(path: world.path).ledger.openConflicts()
  }
}

extension FileReport {
  /// `code line:column` of each finding.
  var places: [String] {
    findings.map { "\($0.code) \($0.location?.line ?? 0):\($0.location?.column ?? 0)" }
  }
}
