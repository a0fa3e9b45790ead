import CommandTree
import Diagnostics
import LocalMirror
import Machine
import Settings
import Sync

extension OpenProject {
  /// Who owns which field of a product's file.
  var productFields: ProductFileFields {
    func names(_ owner: FieldOwner) -> Set<String> {
      Set(
        settings.site.fieldOwners.filter { $0.value == owner && $0.key.hasPrefix("product.") }
          .map { String($0.key.dropFirst("product.".count)) })
    }
    return ProductFileFields(shared: names(.shared), local: names(.local), shop: names(.api))
  }

  /// The folders of products' files: one for each folder of content that a storefront has.
  var contentFiles: [ContentFiles] {
    let locales = settings.storefronts.flatMap(\.markets).flatMap(\.locales)
    var folders: [String] = []
    for storefront in settings.storefronts where !folders.contains(storefront.content) {
      folders.append(storefront.content)
    }
    return folders.map {
      ContentFiles(
        root: root, content: $0, fields: productFields, locales: Array(Set(locales)).sorted())
    }
  }

  /// Takes in what people changed in files of products, and brings files up to date whose records
  /// changed. Where nothing did, this costs a look at the folder.
  ///
  /// - Parameter store: the mirror, where it is open already.
  /// - Returns: what was found. Without a mirror, nothing.
  func takeInFiles(_ console: Console, into store: MirrorStore? = nil) throws -> FileReport {
    var report = FileReport()
    let all = contentFiles
    if let store {
      for files in all {
        report.add(try files.importChanges(into: store))
        report.add(try files.renderChanges(from: store))
      }
      return report
    }
    guard Files.exists(mirrorPath), try isFileWorkDue(all) else { return report }
    do {
      let store = try MirrorStore(path: mirrorPath, tenant: settings.site.tenant)
      return try takeInFiles(console, into: store)
    } catch let error as MirrorError where error.code == .inUse {
      console.note(
        "Files of products were not looked at: \(error.message). The next command does it.")
      return report
    }
  }

  private func isFileWorkDue(_ all: [ContentFiles]) throws -> Bool {
    let reader: MirrorReader
    do {
      reader = try MirrorReader(path: mirrorPath, tenant: settings.site.tenant)
    } catch let error as MirrorError where error.code == .missing {
      return false  // an empty mirror, or one that the next pull updates; others say so better
    }
    return try all.contains {
      try $0.hasChanges(since: reader.fileLedger) || $0.isRenderingDue(by: reader.fileLedger)
    }
  }
}

extension FileReport {
  /// Says what was taken in, and what a person must do.
  func tell(_ console: Console) {
    console.show(findings)
    if !edits.isEmpty {
      let records = Set(edits.map(\.key)).count
      console.note(
        "Taken in from files: \(edits.count) \(edits.count == 1 ? "change" : "changes") of "
          + "\(records) \(records == 1 ? "record" : "records").")
    }
    if let first = missing.first {
      console.note(
        missing.count == 1
          ? "\(first.path) is gone; the product is not. `trumeau status` shows what to do."
          : "\(missing.count) files of products are gone; the products are not. `trumeau status` "
            + "shows what to do.")
    }
  }
}
