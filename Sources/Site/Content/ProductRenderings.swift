/// Which files of products are renderings of their records: in them only some keys are the site's own
/// words, and all else reaches pages by way of the mirror, as edits or not.
struct ProductRenderings: Sendable {
  /// What is written beside a file that must not be touched; it is no content.
  static let incomingEnding = ".incoming.md"

  /// Their paths below the project.
  var paths: Set<String> = []
  /// Whether the texts for search engines are the site's own.
  var isSEOLocal = false

  /// The keys that are the site's own.
  var ownKeys: Set<String> {
    isSEOLocal ? ["id", "story", "care", "seo"] : ["id", "story", "care"]
  }
}
