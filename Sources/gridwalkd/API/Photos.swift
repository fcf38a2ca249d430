import CentralCore
import HTTP
import SyncProtocol

/// In which form a photo is asked for.
enum PhotoForm {
  case whole
  case thumbnail
}

extension RequestHead {
  /// `?thumbnail=1` asks for the thumbnail.
  ///
  /// - Throws: `malformed` for any other value.
  var photoForm: PhotoForm {
    get throws {
      switch queryValue("thumbnail") {
      case nil: .whole
      case "1": .thumbnail
      default: throw ProblemCode.malformed.fault
      }
    }
  }
}

extension Response {
  /// A photo or what stands for it, whoever may see it.
  ///
  /// - Throws: `not-found` when it has not come, or the disk has lost it.
  static func photo(_ photo: Digest, _ form: PhotoForm, of centre: Centre) throws -> Response {
    switch form {
    case .whole:
      // A photo goes by its digest: it never changes.
      return try jpeg(centre.photos.find(photo), cache: "max-age=31536000, immutable")
    case .thumbnail:
      let thumbnail = try centre.store.read { try $0.thumbnail(of: photo) }
      return try jpeg(thumbnail.flatMap { try centre.photos.find($0) }, cache: "max-age=3600")
    }
  }

  private static func jpeg(_ place: PhotoShelf.Place?, cache: String) throws -> Response {
    guard let place else { throw ProblemCode.notFound.fault }
    return Response(
      status: 200,
      headers: [
        "Content-Type": "image/jpeg", "Cache-Control": "private, \(cache)",
        "X-Content-Type-Options": "nosniff",
      ],
      body: try body(of: place))
  }

  private static func body(of place: PhotoShelf.Place) throws -> Body {
    switch place {
    case .memory(let bytes): return .bytes(bytes)
    case .file(let path):
      let file = try OpenFile(path: path)
      guard let size = file.size else { throw ProblemCode.failed.fault }
      return .file(file, offset: 0, length: size)
    }
  }
}
