import CLI
import FieldCore
import FormEngine
import Glibc
import Terminal

// Errors of the layers below in words: what happened, why, and what to do next.

extension Client.Failure {
  /// What an error of the layers below is in words, and its exit code.
  init(explaining error: any Error) {
    switch error {
    case let failure as Client.Failure: self = failure
    case let error as FieldError: self.init(explaining: error)
    case let fault as AnswerFault: self.init([Refusal(fault, label: nil)])
    case LineReaderEnd.interrupted: self.init([], code: .interrupted)
    case LineReaderEnd.endOfInput: self.init([], code: .ok)
    case let end as LineReaderEnd: self.init(.readingFailed("\(end)"), code: .failure)
    // Whoever read has gone away, or the words cannot be written either.
    case is StreamFault: self.init([], code: .failure)
    default: self.init(.unexpectedTrouble("\(error)"), code: .failure)
    }
  }

  private init(explaining error: FieldError) {
    switch error {
    case .directoryUnusable(let number):
      self.init(
        .directoryUnusable(String(cString: strerror(number))),
        code: number == EACCES || number == EPERM ? .notPermitted : .failure)
    case .newerDatabase(let found, let known):
      self.init(.databaseNewer(found: found, known: known), code: .failure)
    case .foreignDatabase: self.init(.databaseForeign, code: .failure)
    case .storageFull: self.init(.storageFull(free: nil), code: .failure)
    case .busy: self.init(.storeBusy, code: .failure)
    case .inputOutput: self.init(.storeUnreadable, code: .failure)
    case .damaged: self.init(.storeDamaged, code: .failure)
    case .database(let code): self.init(.storeFailed(code), code: .failure)
    case .recordUnknown(let id): self.init(.recordUnknown(id.text), code: .notFound)
    case .notFound(let text): self.init(.recordUnknown(text), code: .notFound)
    case .recordDeleted(let id): self.init(.recordDeleted(id.short), code: .notFound)
    case .recordExists(let id): self.init(.recordExists(id.short), code: .failure)
    case .photoUnknown(let digest): self.init(.photoLost(digest.hex), code: .notFound)
    case .tooManyPhotos(let limit): self.init(.tooManyPhotos(limit), code: .invalid)
    case .operationTooLarge(let bytes, let limit):
      self.init(
        .actionTooLarge(ByteCount.text(Int64(bytes)), limit: ByteCount.text(Int64(limit))),
        code: .invalid)
    case .nothingToUndo: self.init(.nothingToUndo, code: .notFound)
    case .alreadySent: self.init(.undoTooLate, code: .failure)
    case .notUndoable: self.init(.notUndoable, code: .failure)
    case .ambiguous(let ids):
      self.init(.identifierAmbiguous(ids.map(\.text)), code: .usage)
    case .notEnrolled: self.init(.notEnrolled, code: .notPermitted)
    case .wiping: self.init(.storeToBeWiped, code: .notPermitted)
    case .belongsTo(let worker):
      self.init(.folderBelongsTo("\(worker.name) (\(worker.id))"), code: .notPermitted)
    }
  }

  /// What is wrong with a photo.
  init(_ fault: PhotoFault, path: String) {
    switch fault {
    case .notFound: self.init(.photoGone(path), code: .invalid)
    case .notReadable(let reason):
      self.init(
        reason == .notPermitted ? .photoNotPermitted(path) : .photoUnreadable(path), code: .invalid)
    case .empty: self.init(.photoEmpty(path), code: .invalid)
    case .notAJPEG: self.init(.photoNotJPEG(path), code: .invalid)
    case .tooLarge(let limit):
      self.init(.photoTooLarge(path, limit: ByteCount.text(Int64(limit))), code: .invalid)
    case .truncated: self.init(.photoCut(path), code: .invalid)
    }
  }

  /// What is wrong with a file that is to be kept like a photo.
  init(_ fault: PhotoFault, file path: String) {
    switch fault {
    case .empty: self.init(.fileEmpty(path), code: .invalid)
    case .tooLarge(let limit):
      self.init(.fileTooLarge(path, limit: ByteCount.text(Int64(limit))), code: .invalid)
    case .notFound, .notReadable, .notAJPEG, .truncated:
      self.init(.fileUnreadable(path), code: .invalid)
    }
  }
}
