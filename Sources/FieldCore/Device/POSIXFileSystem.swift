import Glibc

/// The machine's own files. Calls interrupted by a signal are repeated, and no
/// descriptor is inherited by a child process.
public struct POSIXFileSystem: FileSystem {
  /// The machine's own files.
  public init() {}

  /// Opens an existing file for reading.
  public func openForReading(_ path: String) throws(FileFault) -> OpenFile {
    // Without O_NONBLOCK opening a pipe waits for somebody to write.
    OpenFile(descriptor: try check { Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) })
  }

  /// Creates a file of mode 0600 for writing.
  public func create(_ path: String) throws(FileFault) -> OpenFile {
    let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC
    return OpenFile(descriptor: try check { Glibc.open(path, flags, mode_t(0o600)) })
  }

  /// Reads at most as many bytes as fit.
  public func read(
    _ file: OpenFile, into buffer: UnsafeMutableRawBufferPointer
  ) throws(FileFault) -> Int {
    try check { Glibc.read(file.descriptor, buffer.baseAddress, buffer.count) }
  }

  /// Writes some of the bytes.
  public func write(
    _ file: OpenFile, _ bytes: UnsafeRawBufferPointer
  ) throws(FileFault) -> Int {
    try check { Glibc.write(file.descriptor, bytes.baseAddress, bytes.count) }
  }

  /// Waits until the bytes are on the disk (fsync).
  public func synchronize(_ file: OpenFile) throws(FileFault) {
    _ = try check { Glibc.fsync(file.descriptor) }
  }

  /// Closes the descriptor.
  public func close(_ file: OpenFile) {
    // Linux frees the descriptor whatever close answers; repeating it could
    // close another thread's file.
    _ = Glibc.close(file.descriptor)
  }

  /// What an open file is (fstat).
  public func status(_ file: OpenFile) throws(FileFault) -> FileStatus {
    var found = stat()
    _ = try check { fstat(file.descriptor, &found) }
    return FileStatus(found)
  }

  /// What lies at a path, or nil (stat).
  public func status(at path: String) throws(FileFault) -> FileStatus? {
    var found = stat()
    do throws(FileFault) {
      _ = try check { stat(path, &found) }
    } catch .notFound {
      return nil
    }
    return FileStatus(found)
  }

  /// Gives a file a new name at once.
  public func rename(_ path: String, to newPath: String) throws(FileFault) {
    _ = try check { Glibc.rename(path, newPath) }
  }

  /// Removes the name of a file.
  public func unlink(_ path: String) throws(FileFault) {
    _ = try check { Glibc.unlink(path) }
  }

  /// Makes a directory of mode 0700, unless there is one.
  public func makeDirectory(_ path: String) throws(FileFault) {
    do throws(FileFault) {
      _ = try check { mkdir(path, 0o700) }
    } catch .alreadyExists {
      guard let found = try status(at: path), !found.isRegularFile else { throw .alreadyExists }
    }
  }

  /// Waits until the names in a directory are on the disk.
  public func synchronizeDirectory(_ path: String) throws(FileFault) {
    let descriptor = try check { Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    let directory = OpenFile(descriptor: descriptor)
    defer { close(directory) }
    try synchronize(directory)
  }

  /// The names in a directory.
  public func names(in directory: String) throws(FileFault) -> [String] {
    guard let stream = opendir(directory) else { throw FileFault(errno: errno) }
    defer { closedir(stream) }
    var names: [String] = []
    errno = 0
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
        field.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
      errno = 0
    }
    guard errno == 0 else { throw FileFault(errno: errno) }
    return names
  }

  /// The answer of a call that says -1 on failure; repeated after a signal.
  private func check<Answer: SignedInteger>(
    _ call: () -> Answer
  ) throws(FileFault) -> Answer {
    while true {
      let answer = call()
      if answer != -1 { return answer }
      guard errno == EINTR else { throw FileFault(errno: errno) }
    }
  }
}

extension FileFault {
  init(errno code: Int32) {
    switch code {
    case ENOENT, ENOTDIR: self = .notFound
    case EEXIST: self = .alreadyExists
    case EACCES, EPERM, EROFS: self = .notPermitted
    case ENOSPC, EDQUOT: self = .noSpace
    case EIO: self = .inputOutput
    case EMFILE, ENFILE: self = .tooManyOpenFiles
    default: self = .other(errno: code)
    }
  }
}

extension FileStatus {
  fileprivate init(_ found: stat) {
    self.init(
      isRegularFile: found.st_mode & S_IFMT == S_IFREG, size: Int(found.st_size),
      modifiedAt: Int64(found.st_mtim.tv_sec))
  }
}
