// Modules: Bytes Diagnostics Machine Formats Locales Catalog Contract Markdown Merge
/// libFuzzer entry for the merges: three texts in one, cut at the bytes FF. An edit of one side alone
/// is the result, swapped sides ask about as many places (of lines), no word is lost, and nothing fails.
/// Built by `scripts/fuzz`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMerge(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = UnsafeBufferPointer(start: start, count: count)
  let parts = bytes.split(separator: 0xFF, maxSplits: 2, omittingEmptySubsequences: false)
    .map { String(decoding: $0, as: UTF8.self) }
  guard parts.count == 3 else {
    _ = MergeCase.answer(Array(bytes))
    return 0
  }
  let lines = LineMerge.merge(base: parts[0], ours: parts[1], theirs: parts[2])
  let back = LineMerge.merge(base: parts[0], ours: parts[2], theirs: parts[1])
  precondition(lines.conflicts == back.conflicts, "swapped sides ask about as many places")
  precondition(
    lines == LineMerge.merge(base: parts[0], ours: parts[1], theirs: parts[2]),
    "the same input gives the same result")
  let alone = LineMerge.merge(base: parts[0], ours: parts[1], theirs: parts[0])
  precondition(alone.text.utf8.elementsEqual(parts[1].utf8), "an edit of one side is the result")
  _ = WordMerge.merge(base: parts[0], ours: parts[1], theirs: parts[2])
  let prose = ProseMerge.merge(base: parts[0], mine: parts[1], shop: parts[2])
  // Every word that one side alone has stands in the text or in a reading of what is asked.
  let kept = words(prose.segments.text(\.mine)).union(words(prose.segments.text(\.shop)))
  for side in [parts[1], parts[2]] {
    precondition(
      words(side).subtracting(words(parts[0])).isSubset(of: kept), "no word of a side is lost")
  }
  return 0
}

/// Words of a text; numbers are none, because items of lists are numbered anew.
private func words(_ text: String) -> Set<Substring> {
  Set(text.split { !$0.isLetter && !$0.isNumber }).filter { !$0.allSatisfy(\.isNumber) }
}
