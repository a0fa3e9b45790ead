import Diagnostics

/// The page that stands where a page cannot: every finding with code, place, excerpt, record and way
/// out. It goes away by itself when the fault is mended.
struct ErrorPage {
  let findings: [Diagnostic]
  /// The page that was asked for; nil where no page can be shown.
  let path: String?
  let session: String
  let version: Int
  /// Whether they are what keeps the site from being built, while pages can be looked at.
  var isOfBuild = false

  /// Findings on one page; more help nobody.
  private static let limit = 50

  private var errors: [Diagnostic] { findings.filter { $0.severity == .error } }

  private var headline: String {
    if isOfBuild, errors.isEmpty { return "The site is built as you see it" }
    if isOfBuild { return "The site cannot be built yet" }
    return path == nil ? "The site cannot be shown yet" : "This page cannot be shown yet"
  }

  private var lead: String {
    let count = errors.count
    if isOfBuild, count == 0 { return "Nothing is wrong." }
    let number = count == 1 ? "One thing is" : "\(count) things are"
    return "\(number) to be mended. This page follows when you save."
  }

  var html: String {
    let ordered = findings.enumerated().sorted {
      (-$0.element.severity.rawValue, $0.offset) < (-$1.element.severity.rawValue, $1.offset)
    }.map(\.element)
    let more = ordered.count - Self.limit
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(PreviewBar.escaped(title))</title>
      <link rel="stylesheet" href="/_trumeau/preview.css">
      </head>
      <body class="findings">
      <main>
      <header><p class="mark">Preview</p><h1>\(headline)</h1><p class="lead">\(lead)</p></header>
      \(ordered.prefix(Self.limit).map(article).joined(separator: "\n"))
      \(more > 0 ? "<p class=\"lead\">And \(more) more.</p>" : "")
      </main>
      <script src="/_trumeau/preview.js" data-session="\(session)" data-version="\(version)" defer></script>
      </body>
      </html>

      """
  }

  private var title: String {
    guard let first = errors.first else { return headline }
    guard let place = first.location else { return first.message }
    return "\(place.file):\(place.line) · \(first.message)"
  }

  private func article(_ finding: Diagnostic) -> String {
    let escaped = PreviewBar.escaped
    var html = "<article class=\"\(finding.severity.word)\">"
    html +=
      "<p class=\"code\"><span>\(finding.severity.word)</span> <code>\(escaped(finding.code))</code></p>"
    html += "<h2>\(escaped(Self.sentence(finding.message)))</h2>"
    if let place = finding.location {
      html +=
        "<p class=\"place\"><code>\(escaped(place.file)):\(place.line):\(place.column)</code></p>"
      html += excerpt(place, label: finding.label)
    }
    if let record = finding.record {
      html += "<p class=\"record\">while working on \(escaped(record.description))</p>"
    }
    if !finding.notes.isEmpty {
      html += "<ul>\(finding.notes.map { "<li>\(escaped($0))</li>" }.joined())</ul>"
    }
    if let help = finding.help { html += "<p class=\"help\">\(escaped(Self.sentence(help)))</p>" }
    html += explanation(finding.code)
    return html + "</article>"
  }

  /// The line with a caret under what is meant. A screen reader hears the line and its place.
  private func excerpt(_ place: SourceLocation, label: String?) -> String {
    guard let line = place.excerpt else { return "" }
    let scalars = Array(line.unicodeScalars)
    let start = min(place.column - 1, scalars.count)
    let end = min(start + place.length, scalars.count)
    func text(_ range: Range<Int>) -> String {
      var view = String.UnicodeScalarView()
      view.append(contentsOf: scalars[range])
      return PreviewBar.escaped(String(view))
    }
    let pad = scalars[..<start].map { $0 == "\t" ? "\t" : " " }.joined()
    let caret = String(repeating: "^", count: max(end - start, 1))
    let words = label.map { " \(PreviewBar.escaped($0))" } ?? ""
    let gutter = String(repeating: " ", count: String(place.line).count)
    return
      "<pre tabindex=\"0\" aria-label=\"line \(place.line)\"><span class=\"line\">\(place.line)</span> "
      + "\(text(0..<start))<mark>\(text(start..<end))</mark>\(text(end..<scalars.count))\n"
      + "<span class=\"line\" aria-hidden=\"true\">\(gutter)</span> "
      + "<span class=\"caret\">\(pad)\(caret)\(words)</span></pre>"
  }

  /// What `trumeau explain` says of the code.
  private func explanation(_ code: String) -> String {
    guard let entry = Explanations.entry(code) else { return "" }
    return "<details><summary>What this means</summary><p>\(PreviewBar.escaped(entry.cause))</p>"
      + "<p>\(PreviewBar.escaped(entry.remedy))</p></details>"
  }

  /// With a capital in front and a stop at the end.
  private static func sentence(_ text: String) -> String {
    guard let first = text.first else { return text }
    let isEnded = text.last.map { ".?!`".contains($0) } ?? true
    let isCode = text.hasPrefix("`") || text.contains("://") && !text.contains(" ")
    return (isCode ? text : first.uppercased() + text.dropFirst()) + (isEnded ? "" : ".")
  }
}
