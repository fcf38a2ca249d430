/// Reads what a JPEG photo says about itself, without decoding the picture.
public enum PhotoFile {
  /// The largest photo taken in, in bytes.
  public static let maximumBytes = 64 << 20

  /// Reads a photo's bytes. Throws `notFound`, `notReadable`, `empty` or `tooLarge`.
  public static func read(
    path: String, files: any FileSystem = POSIXFileSystem()
  ) throws(PhotoFault) -> [UInt8] {
    let bytes: [UInt8]?
    do throws(FileFault) {
      let file = try files.openForReading(path)
      defer { files.close(file) }
      let status = try files.status(file)
      guard status.isRegularFile else { throw FileFault.notPermitted }
      bytes = status.size > maximumBytes ? nil : try files.readAll(file, limit: maximumBytes)
    } catch .notFound {
      throw .notFound
    } catch {
      throw .notReadable(error)
    }
    guard let bytes else { throw .tooLarge(limit: maximumBytes) }
    guard !bytes.isEmpty else { throw .empty }
    return bytes
  }

  /// Reads a photo and what it says about itself.
  public static func inspect(
    path: String, files: any FileSystem = POSIXFileSystem()
  ) throws(PhotoFault) -> PhotoFacts {
    try inspect(read(path: path, files: files))
  }

  /// What the bytes of a photo say.
  ///
  /// A broken EXIF part never fails the photo; see `ExifFacts.problems`.
  /// Throws `empty`, `tooLarge`, `notAJPEG` or `truncated`.
  public static func inspect(_ bytes: [UInt8]) throws(PhotoFault) -> PhotoFacts {
    guard !bytes.isEmpty else { throw .empty }
    guard bytes.count <= maximumBytes else { throw .tooLarge(limit: maximumBytes) }
    let structure = try JPEGStructure(bytes)
    var exif = ExifFacts()
    if let part = structure.exif {
      var reader = ExifReader(bytes: bytes, part: part)
      exif = reader.read()
    }
    return PhotoFacts(
      byteCount: bytes.count, width: structure.width, height: structure.height,
      isComplete: structure.isComplete, exif: exif)
  }

  /// The JPEG thumbnail inside a photo's EXIF part (Exif 2.32 §4.5.8, IFD1);
  /// nil when there is none, it is broken or cut, or longer than `limit` bytes.
  public static func thumbnail(in bytes: [UInt8], limit: Int) -> [UInt8]? {
    do throws(PhotoFault) {
      guard let place = try inspect(bytes).exif.thumbnail, place.count <= limit else { return nil }
      let thumbnail = Array(bytes[place])
      return try JPEGStructure(thumbnail).isComplete ? thumbnail : nil
    } catch {
      // Whatever the file is, a thumbnail is not in it.
      return nil
    }
  }
}
