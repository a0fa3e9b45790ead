// Modules: Bytes Diagnostics Machine Formats
/// libFuzzer entry for XML: any bytes may be read in pieces, and any bytes written as text give a
/// well-formed document. Built by `scripts/fuzz`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzXML(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = UnsafeRawBufferPointer(start: start, count: count)
  let parser = XMLPushParser { _, _ in }
  do {
    for begin in stride(from: 0, to: count, by: 61) {
      try parser.feed(UnsafeRawBufferPointer(rebasing: bytes[begin..<min(begin + 61, count)]))
    }
    try parser.finish()
  } catch {}
  var xml = XMLWriter()
  xml.start("a")
  xml.attribute("b", String(decoding: bytes, as: UTF8.self))
  xml.text(bytes)
  let document = xml.finish()
  let isWellFormed = document.withBytes { (try? XMLReader.read($0) { _, _ in }) != nil }
  precondition(isWellFormed, "any text gives a well-formed document")
  return 0
}
