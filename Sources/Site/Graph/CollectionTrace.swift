import Bytes
import Catalog
import Storefront

/// What a view shows of a collection besides its products, as digests: where both are the same, pages that
/// show the collection are.
struct CollectionTrace: Sendable, Equatable {
  /// What pages of its products show: title and address, and what decides which collection of a product
  /// comes first. 0 where the view does not show it.
  var link: UInt64 = 0
  /// That, long text, picture, whether it is translated, and when it can next be otherwise.
  var whole: UInt64 = 0

  /// Whether the view shows it.
  var isShown: Bool { link != 0 }
  /// Whether its page is a real version in its language.
  var isReal: Bool { whole & 2 != 0 }
}

extension CollectionTrace {
  /// Looks at a collection of a view.
  init(_ collection: CollectionState) {
    let view = collection.view
    var buffer = ByteBuffer(capacity: 1 << 10)
    for text in [view.handle, view.title, collection.sourceTitle] {
      buffer.append(counted: text)
    }
    link = Self.digest(buffer) | 1
    switch view.description {
    case .markdown(let text)?: buffer.append(counted: "markdown \(text)")
    case .html(let text)?: buffer.append(counted: "html \(text)")
    case nil: break
    }
    if let image = view.image {
      buffer.append(counted: "\(image.width) \(image.height)")
      for text in [image.source, image.alt] { buffer.append(counted: text) }
    }
    buffer.append(number: view.nextChange?.microseconds ?? .max)
    whole = Self.digest(buffer) & ~3 | (view.isTranslated ? 3 : 1)
  }

  private static func digest(_ buffer: borrowing ByteBuffer) -> UInt64 {
    buffer.withBytes { Fingerprint(of: $0).low }
  }
}

extension CollectionRecord {
  /// Digest of the rule that chooses its products; 0 where they are listed.
  var ruleDigest: UInt64 {
    guard case .rule(let rule) = membership else { return 0 }
    var buffer = ByteBuffer(capacity: 256)
    buffer.append(number: UInt8(rule.matchesAny ? 1 : 0))
    for condition in rule.conditions {
      buffer.append(counted: condition.field)
      buffer.append(counted: condition.operation.rawValue)
      buffer.append(number: UInt32(condition.values.count))
      for value in condition.values { buffer.append(counted: value) }
    }
    return buffer.withBytes { Fingerprint(of: $0).low } | 1
  }
}

extension ViewState {
  /// What it shows of the collection with this id.
  func trace(ofCollection id: String) -> CollectionTrace {
    collection(id: id).map { CollectionTrace($0) } ?? CollectionTrace()
  }
}
