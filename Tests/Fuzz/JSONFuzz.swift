// Modules: Bytes Diagnostics Machine Formats
/// libFuzzer entry for the JSON scanner: what is accepted must be written and read again as the
/// same text, and the canonical form must be a fixed point. Built by `scripts/fuzz`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSON(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = UnsafeRawBufferPointer(start: start, count: count)
  for part in [JSON.Part.name, .value] {
    let place = JSON.place(of: "/a/0/b", part, in: bytes)
    precondition(place.lowerBound >= 0 && place.upperBound <= count, "a place outside the text")
  }
  guard let tape = try? JSON.parse(bytes, symbols: Symbols()) else { return 0 }
  var written = ByteBuffer()
  JSON.write(tape.value, into: &written)
  var canonical = ByteBuffer()
  JSON.writeCanonical(tape.value, into: &canonical)
  let again = written.withBytes { try? JSON.parse($0, symbols: Symbols()) }
  let sorted = canonical.withBytes { try? JSON.parse($0, symbols: Symbols()) }
  guard let again, let sorted else { preconditionFailure("what was written is not JSON") }
  var rewritten = ByteBuffer()
  JSON.write(again.value, into: &rewritten)
  precondition(rewritten.array == written.array, "a round trip changes nothing")
  var recanonical = ByteBuffer()
  JSON.writeCanonical(sorted.value, into: &recanonical)
  precondition(recanonical.array == canonical.array, "the canonical form is a fixed point")
  return 0
}
