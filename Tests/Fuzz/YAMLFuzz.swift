// Modules: Bytes Diagnostics Machine Formats
/// libFuzzer entry for YAML: whatever is accepted must become a tape that is valid JSON. Built by
/// `scripts/fuzz`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzYAML(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  guard let node = try? YAML.parse(text, file: "fuzz.yaml") else { return 0 }
  let tape = YAML.tape(node, symbols: Symbols())
  let json = JSON.text(tape.value)
  precondition((try? JSON.parse(json)) != nil, "a document is valid JSON")
  return 0
}
