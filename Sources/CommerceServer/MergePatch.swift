import Bytes

/// JSON Merge Patch (RFC 7396).
enum MergePatch {
  /// The target with the patch applied; both must use the same symbols. Members keep their order,
  /// new ones come last.
  static func apply(_ patch: TapeValue, to target: TapeValue?, symbols: Symbols) -> TapeValue {
    var builder = TapeBuilder(symbols: symbols)
    append(patch, over: target, to: &builder)
    return builder.finish().value
  }

  private static func append(
    _ patch: TapeValue, over target: TapeValue?, to builder: inout TapeBuilder
  ) {
    guard patch.kind == .object else { return builder.append(patch) }
    let base = target?.kind == .object ? target : nil
    builder.beginObject()
    for child in base?.children ?? [] {
      let key = child.cell.key
      if let change = patch[key] {
        if change.isNull { continue }
        builder.key(key)
        append(change, over: child, to: &builder)
      } else {
        builder.key(key)
        builder.append(child)
      }
    }
    for child in patch.children where !child.isNull && base?[child.cell.key] == nil {
      builder.key(child.cell.key)
      append(child, over: nil, to: &builder)
    }
    builder.end()
  }
}
