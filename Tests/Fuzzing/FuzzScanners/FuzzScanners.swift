import FuzzSupport

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzScanners(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    FuzzChecks.scanners(unsafe Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
