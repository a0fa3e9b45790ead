/// Mistakes that other products made and that cost people their work. Each can be built into the
/// engine by a test, at the place of the rule that it breaks, to see that the proofs find it. A product
/// never sets one.
///
/// They are those of the museum in the sync design, section 4.6, in its order.
package enum KnownBug: String, CaseIterable, Sendable {
  /// 1. The place in the feed is stored ahead of the data.
  case cursorBeforeData = "cursor-before-data"
  /// 2. The place moves past what could not be stored.
  case misfitsDropped = "misfits-dropped"
  /// 3. Records and deletions share a checkpoint, and deletions beside records are lost.
  case tombstonesSkipped = "tombstones-skipped"
  /// 4. A server that was restored is believed to be the same.
  case restoredServerTrusted = "restored-server-trusted"
  /// 5. What was made here comes back as if the shop had made it, also after it was deleted here.
  case creationComesBack = "creation-comes-back"
  /// 6. An edit that was made while the request was under way counts as sent.
  case editWhileSendingConfirmed = "edit-while-sending-confirmed"
  /// 7. What an older program left in the outbox can be neither sent nor given up.
  case upgradeStopsOutbox = "upgrade-stops-outbox"
  /// 8. An older answer that comes late overwrites a newer one.
  case olderOverwrites = "older-overwrites"
  /// 9. The feed begins where it is when the snapshot is done, not where the snapshot began.
  case snapshotMissesFeed = "snapshot-misses-feed"
  /// 10. A deletion on one side is no conflict with an edit on the other.
  case deletionWinsSilently = "deletion-wins-silently"
  /// 11. What is merged field by field is not checked together.
  case mergedStateUnchecked = "merged-state-unchecked"
  /// 12. Ids of records that are made here are baked into requests.
  case temporaryIDsBaked = "temporary-ids-baked"
  /// 13. A request without an answer is taken for one that failed, and made anew.
  case unknownTakenForFailed = "unknown-taken-for-failed"
  /// 14. The idempotency key belongs to the batch, and changes when that is cut differently.
  case keyNotOfMutation = "key-not-of-mutation"
  /// 15. What the server refuses is forgotten.
  case refusalForgotten = "refusal-forgotten"
  /// 16. Of two versions of a file one is set aside without a word.
  case conflictingFileSetAside = "conflicting-file-set-aside"
  /// 17. A file that somebody has just changed is overwritten without a question.
  case conflictingFileOverwritten = "conflicting-file-overwritten"
  /// 18. Of two edits of a field, in the file and in the editor, the file's is dropped.
  case losingFileEditDropped = "losing-file-edit-dropped"
  /// 19. Fields are sent that nobody edited.
  case uneditedFieldsSent = "unedited-fields-sent"
  /// 20. What is pulled erases what was edited.
  case pullErasesEdits = "pull-erases-edits"
  /// 21. Amounts go through floating point.
  case amountsAsFloats = "amounts-as-floats"
  /// 22. A snapshot that was broken off begins from zero.
  case snapshotFromZero = "snapshot-from-zero"
  /// 23. What a checkpoint was brought up to by an upgrade is used and not stored.
  case migrationNotStored = "migration-not-stored"
  /// 24. Where both replaced a word both words stand.
  case bothReplacementsKept = "both-replacements-kept"

  /// Its number in the museum, from 1.
  package var number: Int { (Self.allCases.firstIndex(of: self) ?? 0) + 1 }
}
