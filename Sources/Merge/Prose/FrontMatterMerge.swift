/// Merges front matter key by key: two keys side by side that two people edited are no conflict.
///
/// A key is a line that begins with a name and a colon, with the lines that belong to it: comments
/// before it, and what is indented or a list below it. Values are compared as they are written.
enum FrontMatterMerge {
  /// One key.
  private struct Entry {
    let key: Key
    var text: String
  }

  /// A name, and how many keys before it have the same: text that names one twice keeps both.
  private struct Key: Hashable {
    var name: String
    var number = 0
  }

  /// The segments of the merged front matter with its two lines of dashes; nothing where neither side
  /// has any left.
  static func segments(base: String?, mine: String?, shop: String?) -> [TextSegment] {
    if mine == nil, shop == nil { return [] }
    let (old, left, right) = (entries(base), entries(mine), entries(shop))
    var segments: [TextSegment] = []
    segments.add("---\n", .before)
    for key in keys(left.map(\.key), right.map(\.key)) {
      func text(_ entries: [Entry]) -> String { entries.first { $0.key == key }?.text ?? "" }
      let (before, own, theirs) = (text(old), text(left), text(right))
      if own == theirs {
        segments.add(theirs, own == before ? .before : .both)
      } else if theirs == before {
        segments.add(own, .mine)
      } else if own == before {
        segments.add(theirs, .shop)
      } else {
        segments.append(.conflict(TextConflict(mine: own, before: before, shop: theirs)))
      }
    }
    segments.add("---\n", .before)
    return segments
  }

  private static func entries(_ yaml: String?) -> [Entry] {
    var entries: [Entry] = []
    var counts: [String: Int] = [:]
    var pending = ""
    func key(_ name: String) -> Key {
      defer { counts[name, default: 0] += 1 }
      return Key(name: name, number: counts[name, default: 0])
    }
    for line in (yaml ?? "").split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      let first = line.first
      if first == "#" || line.isEmpty {
        pending += line + "\n"
      } else if let first, first != " ", first != "\t", first != "-",
        let colon = line.firstIndex(of: ":")
      {
        entries.append(Entry(key: key(String(line[..<colon])), text: pending + line + "\n"))
        pending = ""
      } else {
        let text = pending + line + "\n"
        pending = ""
        if entries.isEmpty {
          entries.append(Entry(key: key(""), text: text))
        } else {
          entries[entries.count - 1].text += text
        }
      }
    }
    if !pending.isEmpty { entries.append(Entry(key: key("#"), text: pending)) }
    return entries
  }

  /// The order of keys: the shop's, with mine after what they follow here.
  private static func keys(_ mine: [Key], _ shop: [Key]) -> [Key] {
    var merged = shop
    var last: Key?
    for key in mine {
      if !merged.contains(key) {
        let place = last.flatMap { merged.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
        merged.insert(key, at: place)
      }
      last = key
    }
    return merged
  }
}
