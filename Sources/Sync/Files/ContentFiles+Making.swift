import Bytes
import Catalog
import Contract
import Diagnostics
import LocalMirror
import Machine

extension FileIntake {
  /// Takes in a file that does not say which product it is about. One that is known stands for its
  /// product still: the line was lost, or is not written yet. One with a title becomes a new product;
  /// any other is an error.
  ///
  /// A new product and what is known of its file are one transaction, and the id is written into the
  /// file after it. A crash between the two leaves a file that is known (`FileState.isIDDue`): the next
  /// look writes the id, and makes nothing twice.
  mutating func take(
    unnamed file: ProductFile, _ bytes: [UInt8], _ item: ContentFiles.Found,
    _ parser: ProductFileParser
  ) throws -> Candidate? {
    if let state = known[item.name.path] { return try identify(file, state, bytes, item, parser) }
    guard file.isNewProduct, file.name.locale == nil else {
      parser.reportMissingID(file)
      return nil
    }
    let hash = SHA256Digest(of: bytes).hex
    guard let state = try make(file, as: { _ in file.name.handle }, hash: hash) else { return nil }
    known[state.path] = state
    return try identify(file, state, bytes, item, parser)
  }

  /// Writes the id into a file, if it still holds what was read.
  mutating func identify(
    _ file: ProductFile, _ state: FileState, _ bytes: [UInt8], _ item: ContentFiles.Found,
    _ parser: ProductFileParser
  ) throws -> Candidate? {
    // As it stands on the disk: what is known of it may be composed in another way.
    let path = files.absolute(item.name.path)
    // Whoever is saving just now is asked again at the next look.
    guard try files.files.read(path) == bytes else { return nil }
    let text = try ProductFileText(fields: files.fields).identified(file, as: state.key.id)
    let new = Array(text.utf8)
    try files.files.replace(path, with: new, mode: item.information.permissions)
    guard let information = files.files.information(path), let named = parser.parse(new) else {
      return nil
    }
    report.written.append(item.name.path)
    return Candidate(
      file: named, hash: SHA256Digest(of: new).hex, information: information, state: state)
  }

  // MARK: A new product

  /// Makes the product, and notes that the file is about it; nil where it cannot be.
  ///
  /// - Parameter handle: what it is called, chosen in the transaction that makes it.
  mutating func make(
    _ file: ProductFile, as handle: (MirrorTransaction) throws -> String, hash: String
  ) throws -> FileState? {
    do {
      let (state, edits) = try store.settle { transaction in
        let handle = try handle(transaction)
        try check(file, as: handle, transaction)
        var editor = Editor(transaction, source: .file, random: files.random)
        let key = try editor.create(.product, fields: Self.fields(of: file, as: handle))
        var rendered =
          try ProductValues(key.id, locale: nil, in: transaction)?.rendered(
            by: files.fields, and: file.values.keys) ?? [:]
        rendered["id"] = RenderedField(.null, version: nil)
        let state = FileState(
          path: file.name.path, key: key, contentHash: hash, version: 0,
          modified: Instant(microseconds: 0), inode: 0, size: -1, rendered: rendered,
          isWaiting: handle != file.name.handle)
        try transaction.put(state)
        return (state, editor.entries)
      }
      report.edits += edits
      return state
    } catch let refusal as FileRefusal {
      report.findings.append(refusal.diagnostic)
    } catch let error as EditError {
      report.findings.append(
        Self.refusal(file, error.message, help: error.help ?? "mend it and save again"))
    } catch let error as MirrorError where error.code == .notEditable {
      report.findings.append(Self.refusal(file, error.message, help: "mend it and save again"))
    }
    return nil
  }

  /// What the file says; a product is a draft unless it says otherwise.
  private static func fields(
    of file: ProductFile, as handle: String
  ) -> [String: FieldValue] {
    var fields = file.values.mapValues(\.value).filter { !$0.value.isNull }
    fields["handle"] = .text(handle)
    if fields["status"] == nil { fields["status"] = .text("draft") }
    if !file.body.isEmpty {
      fields["description"] = .object(of: [.init("markdown", .text(file.body))])
    }
    return fields
  }

  private func check(
    _ file: ProductFile, as handle: String, _ transaction: MirrorTransaction
  ) throws {
    if files.fields.role(of: "handle") == .shop {
      throw FileRefusal(
        Self.refusal(
          file, "the handle belongs to the shop's platform, so products are made there",
          help: "make it in the shop, then `trumeau pull` and `trumeau edit`"))
    }
    guard Handle.isValid(handle) else {
      throw FileRefusal(
        Self.refusal(
          file, "\"\(handle)\" cannot be part of an address",
          help: "name the file with small letters, digits and hyphens"))
    }
    if let other = try transaction.lookup.products(handle: handle).first {
      throw FileRefusal(
        Self.refusal(
          file, "there is a product \(handle) already",
          help: "to change that one write `id: \(other.id)` into the file; to make a new one give "
            + "the file another name"))
    }
  }

  private static func refusal(_ file: ProductFile, _ message: String, help: String) -> Diagnostic {
    Diagnostic(
      "file.new-product", .error,
      file.lacksID
        ? "\(file.name.path) has no `id:` and makes no new product: \(message)"
        : "no new product can be made of \(file.name.path): \(message)",
      at: ProductFile.location(file.name.path, line: 1), help: help)
  }
}

extension FileState {
  /// Whether a product was made from the file, and its id is not written into it yet.
  var isIDDue: Bool { rendered["id"]?.value.isNull ?? false }
}
