@preconcurrency import Glibc  // for stdout, which is a global variable of C
import Support

// A bad link for script/demo and for trying things by hand.
//
//   faulty-proxy TARGET-PORT [BYTES-PER-SECOND]
//
// prints the port it listens on, then obeys lines on standard input:
//   target PORT       send new connections there
//   rate BYTES        uplink bytes a second; 0 = no limit
//   cut BYTES         reset the connection after so many more uplink bytes
//   count             print uplink bytes, downlink bytes and cuts so far
// and ends with standard input.

setvbuf(stdout, nil, _IOLBF, 0)
guard let target = CommandLine.arguments.dropFirst().first.flatMap({ Int($0) }) else {
  fputs("usage: faulty-proxy TARGET-PORT [BYTES-PER-SECOND]\n", stderr)
  exit(2)
}
let proxy = try FaultyProxy(targetPort: target)
if let rate = CommandLine.arguments.dropFirst(2).first.flatMap({ Int($0) }) {
  proxy.limit(.uplink, bytesPerSecond: rate)
}
print(proxy.port)
while let line = readLine() {
  let words = line.split(separator: " ")
  let number = words.dropFirst().first.flatMap { Int($0) }
  switch (words.first, number) {
  case ("target", let port?): proxy.setTarget(port: port)
  case ("rate", let rate?): proxy.limit(.uplink, bytesPerSecond: rate == 0 ? nil : rate)
  case ("cut", let bytes?): proxy.cut(.uplink, afterBytes: Int64(bytes), scope: .total)
  case ("count", _): print(proxy.uplinkBytes, proxy.downlinkBytes, proxy.cuts)
  default: fputs("faulty-proxy: not understood: \(line)\n", stderr)
  }
}
proxy.stop()
