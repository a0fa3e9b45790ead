import CommandTree
import Contract
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
      return try takeInFiles(console, into: try openMirror(console, patience: 2_000))
    } catch let error as MirrorError where error.code == .inUse {
      console.note(
        "Files of products were not looked at: \(error.message). The next command does it.")
      return report
    }
  }

  /// The same, or nil while somebody else writes the mirror: for one who comes again.
  func takeInFilesIfFree(_ console: Console) throws -> FileReport? {
    guard Files.exists(mirrorPath), try isFileWorkDue(contentFiles) else { return FileReport() }
    do {
      let store = try MirrorStore(path: mirrorPath, tenant: settings.site.tenant)
      return try takeInFiles(console, into: store)
    } catch let error as MirrorError where error.code == .inUse {
      return nil
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

/// When the loss or deletion of products is asked about again.
enum DeletionGuard {
  /// More than five, or more than 2 % of all.
  static func asks(about count: Int, of total: Int) -> Bool {
    count > 5 || (count > 1 && count * 50 > total)
  }
}

extension FileReport {
  /// Says what was taken in, and what a person must do.
  func tell(_ console: Console) {
    console.show(findings)
    for file in settled {
      if let aside = file.aside { console.note("\(file.path) was set aside: it is \(aside) now.") }
      if let product = file.product {
        console.note(
          "A new product was made of \(file.path): \(product). The next push makes it in the shop.")
      }
    }
    if !edits.isEmpty {
      let records = Set(edits.map(\.key)).count
      console.note(
        "Taken in from files: \(edits.count) \(edits.count == 1 ? "change" : "changes") of "
          + "\(records) \(records == 1 ? "record" : "records").")
    }
  }

  /// Asks what files mean that are gone: nothing is deleted because of them.
  func ask(_ reader: MirrorReader, _ console: Console) throws {
    let errors = Set(findings.filter { $0.severity == .error }.compactMap(\.location?.file))
    if !errors.isEmpty { console.say("Files with errors            \(errors.count)   see above") }
    guard let first = missing.first else { return }
    let total = try reader.counts()[.product] ?? 0
    console.say("Files that are gone          \(missing.count)   the products are not deleted")
    if DeletionGuard.asks(about: missing.count, of: total) {
      console.say("    Is the folder whole? So many files seldom go one by one.")
    }
    for item in missing.prefix(5) { console.say("    \(item.path)   \(item.product)") }
    console.say("    bring back: trumeau edit \(first.product) --no-editor")
    console.say("    no file wanted: trumeau edit \(first.product) --close")
    console.say("    unpublish: trumeau set \(first.product) status=archived")
    console.say("    delete: trumeau delete \(first.product)")
  }
}
