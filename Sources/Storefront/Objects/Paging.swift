import Bytes

/// Where a page of a listing stands among the pages of the listing.
public struct Paging: Hashable, Sendable {
  /// Number of this page, from 1.
  public let page: Int
  /// Entries on a page.
  public let pageSize: Int
  /// Entries in all.
  public let itemCount: Int
  /// Number of pages, at least one.
  public let pageCount: Int
  /// Paths of the pages that this one names, by number: a listing of many pages has no room for all in
  /// each of them.
  private let urls: [Int: String]

  /// Describes a page of a listing. `address` gives the path of a page by its number.
  public init(page: Int, pageSize: Int, itemCount: Int, address: (Int) -> String) {
    self.page = page
    self.pageSize = pageSize
    self.itemCount = itemCount
    pageCount = Self.pageCount(of: itemCount, size: pageSize)
    let near = (page - Self.reach)...(page + Self.reach)
    let numbers = Set([1, pageCount] + near.clamped(to: 1...pageCount))
    urls = Dictionary(uniqueKeysWithValues: numbers.map { ($0, address($0)) })
  }

  /// How many pages before and behind this one are named.
  private static let reach = 2

  /// Path of a page that this one names: the first, the last, or one that is near.
  public func url(of number: Int) -> String? { urls[number] }

  /// How many pages a listing has; an empty one has one.
  public static func pageCount(of items: Int, size: Int) -> Int {
    max(1, (items + size - 1) / max(size, 1))
  }

  /// The entries of this page.
  public var range: Range<Int> {
    let start = min((page - 1) * pageSize, itemCount)
    return start..<min(start + pageSize, itemCount)
  }

  /// A number in the row of page links, or nil for a gap: the first and last page and two on each
  /// side of this one.
  var parts: [Int?] {
    var parts: [Int?] = []
    for number in urls.keys.sorted() {
      if let last = parts.last, let last, number > last + 1 { parts.append(nil) }
      parts.append(number)
    }
    return parts
  }

  /// Path of the page before.
  public var previous: String? { url(of: page - 1) }
  /// Path of the page after.
  public var next: String? { url(of: page + 1) }
}

extension TapeBuilder {
  /// Appends what templates know as `paginate`.
  mutating func append(_ paging: Paging) {
    beginObject()
    member(Key.currentPage, paging.page)
    member(Key.pages, paging.pageCount)
    member(Key.items, paging.itemCount)
    member(Key.pageSize, paging.pageSize)
    member(Key.currentOffset, paging.range.lowerBound)
    key(Key.parts)
    beginArray()
    for part in paging.parts {
      beginObject()
      if let number = part {
        member(Key.title, "\(number)")
        member(Key.url, paging.url(of: number))
        member(Key.isLink, number != paging.page)
        member(Key.current, number == paging.page)
      } else {
        member(Key.title, "…")
        member(Key.isLink, false)
        member(Key.current, false)
      }
      end()
    }
    end()
    for (name, url, number) in [
      ("previous", paging.previous, paging.page - 1), ("next", paging.next, paging.page + 1),
    ] {
      key(name)
      if let url {
        beginObject()
        member(Key.url, url)
        member(Key.title, "\(number)")
        member(Key.isLink, true)
        end()
      } else {
        appendNull()
      }
    }
    end()
  }
}
