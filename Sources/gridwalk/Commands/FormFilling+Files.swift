import CLI
import Domain
import FieldCore
import FormEngine
import SyncProtocol

// Photos and other files that answer questions, kept by their SHA-256; and the
// place, which a photo may know.

extension FormFilling {
  /// Takes a photo; it is kept with the draft or the record. Its position becomes
  /// the form's where none is known.
  func addPhoto(_ path: String) throws -> Digest {
    let bytes: [UInt8]
    let facts: PhotoFacts
    do throws(PhotoFault) {
      bytes = try PhotoFile.read(path: path)
      facts = try PhotoFile.inspect(bytes)
    } catch {
      throw Client.Failure(error, path: path)
    }
    let digest = SHA256.hash(bytes)
    pendingFiles[digest] = bytes
    if position == nil, let found = facts.exif.position, geopoint?.value.isEmpty ?? true {
      let fix = Position(
        latitude: found.coordinate.latitude, longitude: found.coordinate.longitude,
        accuracy: found.errorMetres, source: .exif, at: facts.exif.gpsMilliseconds)
      if let fix { try place(fix) }
    }
    return digest
  }

  /// Takes a file of any kind, as large as a photo may be.
  func addFile(_ path: String) throws -> Digest {
    let bytes: [UInt8]
    do throws(PhotoFault) { bytes = try PhotoFile.read(path: path) } catch {
      throw Client.Failure(error, file: path)
    }
    let digest = SHA256.hash(bytes)
    pendingFiles[digest] = bytes
    return digest
  }

  /// Puts files into the photo folder; those that were not there before.
  func placeFiles(_ wanted: [Digest]) throws -> [Digest] {
    var placed: [Digest] = []
    for digest in wanted {
      guard let bytes = pendingFiles[digest] else { continue }
      if try !store.hasPhotoFile(digest) { placed.append(digest) }
      _ = try store.addPhoto(bytes)
      pendingFiles[digest] = nil
    }
    return placed
  }

  /// Adds photos, the first of them as answers to the questions that ask for one.
  func attach(_ paths: [String]) throws {
    for path in paths {
      let digest = try addPhoto(path)
      let open = session.questions.first { $0.manner == .photo && $0.value.isEmpty }
      if let open {
        try session.set(open.ref, to: digest.hex)
        given.insert(open.ref)
      } else {
        photos.append(digest)
      }
    }
  }

  // MARK: Position

  /// Says where it is; answers the form's first open question about it.
  func place(_ fix: Position) throws {
    position = fix
    guard let question = geopoint, !question.isReadonly else { return }
    try session.set(question.ref, to: PositionText.answer(fix))
    positionAnswer = geopoint?.value
  }

  var geopoint: Question? {
    session.questions.first { $0.manner == .position }
  }

  /// Where the record is: what a person answered, else what was known before.
  var recordPosition: Position? {
    guard let question = geopoint else { return position }
    if question.value == positionAnswer { return position }
    return PositionText.position(question.value)
  }
}
