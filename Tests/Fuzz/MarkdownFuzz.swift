// Modules: Bytes Diagnostics Markdown
/// libFuzzer entry for Markdown: safe mode must never let a tag of the author through, and plain
/// text and front matter must not fail. Built by `scripts/fuzz`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMarkdown(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = UnsafeRawBufferPointer(start: start, count: count)
  var html = ByteBuffer()
  Markdown.html(bytes, into: &html, allowingRawHTML: false)
  let lower = html.string.lowercased()
  precondition(!lower.contains("<script"), "safe mode drops scripts")
  precondition(!lower.contains("href=\"javascript:"), "safe mode drops code in links")
  let text = String(decoding: bytes, as: UTF8.self)
  _ = Markdown.plainText(text)
  let cut = FrontMatter.split(text)
  precondition(cut.yaml.map { cut.bodyStartLine == $0.utf8.count { $0 == 10 } + 3 } ?? true)
  return 0
}
