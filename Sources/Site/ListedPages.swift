import Bytes
import Machine
import Storefront
import Synchronization

/// The pages of a view that search engines may list, made on all cores, because the rest of a build
/// waits for them.
struct ListedPages: Sendable {
  let root: RootState
  let state: ViewState
  let content: ContentLibrary
  let facts: PageFacts
  /// The dates of earlier builds.
  let dates: SitemapDates
  /// The date of what has changed.
  let asOf: Instant

  /// A page on its way into a sitemap.
  struct Page: Sendable {
    var file: String
    var dated: SitemapDates.Dated
    var entry: SitemapEntry.Written
  }

  /// Pages that a worker takes at a time, and pages that are in memory at a time.
  private static let chunk = 512, window = 16 * 512

  /// Hands all of them on in the order of the sitemap, some thousands at a time.
  func forEach(
    productCount: Int, workers: Int, _ take: ([Page]) throws -> Void
  ) rethrows {
    let others = root.pages(row: state.row, content: content)
    let count = others.count + productCount
    for start in stride(from: 0, to: count, by: Self.window) {
      let parts = Mutex<[Int: [Page]]>([:])
      Parallel.forEach(
        count: min(Self.window, count - start), chunk: Self.chunk, workers: workers
      ) { _, range in
        let pages = range.compactMap { offset in
          let number = start + offset
          return page(number < others.count ? others[number] : .product(number - others.count))
        }
        parts.withLock { $0[range.lowerBound] = pages }
      }
      try take(parts.withLock { $0.sorted { $0.key < $1.key }.flatMap(\.value) })
    }
  }

  /// A page as its sitemap lists it; nil where it is not listed.
  func page(_ key: PageKey) -> Page? {
    guard root.isListed(key, row: state.row, content: content) else { return nil }
    let path = state.view.addresses.prefix + root.suffix(of: key, row: state.row)
    let file = Addresses.file(of: path)
    guard let fact = facts.fact(root: root.index, path: file) else { return nil }
    let dated = dates.dated(path, digest: fact.digest, changed: asOf)
    let entry = SitemapEntry(
      location: state.view.addresses.absolute(path), lastModified: dated.date,
      alternates: root.alternates(key).map {
        SitemapEntry.Alternate(hreflang: $0.hreflang, href: $0.url)
      },
      images: fact.images.split(separator: "\u{0}").map {
        state.view.addresses.absolute(String($0))
      })
    return Page(file: file, dated: dated, entry: entry.written)
  }
}

extension RootState {
  /// Whether a row's page is listed in its sitemap: not where its writer keeps it out of search
  /// engines.
  func isListed(_ key: PageKey, row: Int, content: ContentLibrary) -> Bool {
    guard key.isListed, isReal(key, row: row) else { return false }
    guard case .page(let handle) = key else { return true }
    return content.entry(.page, handle, in: states[row].view.locale)?
      .entry.fields["unlisted"]?.boolean != true
  }
}
