// Reads the QR codes of a picture: with the browser's own detector where it has one, else with ZXing, loaded when needed.

/** The texts of all QR codes in view. */
export type Read = (picture: HTMLVideoElement) => Promise<string[]>;

interface Detector {
  detect(picture: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}

interface DetectorClass {
  new (options: { formats: string[] }): Detector;
  getSupportedFormats(): Promise<readonly string[]>;
}

const FORMATS = { formats: ["qr_code"] };

const reading = (detector: Detector): Read => async (picture) => (await detector.detect(picture)).map(({ rawValue }) => rawValue).filter(Boolean);

/** Throws where ZXing is needed and cannot be loaded. */
export async function makeReader(): Promise<Read> {
  const own = await browsersOwn();
  if (!own) return zxing();
  let read = reading(own);
  let replaced = false;
  return async (picture) => {
    try {
      return await read(picture);
    } catch (error) {
      // Some browsers have the class, but no service behind it.
      if (replaced) throw error;
      replaced = true;
      read = await zxing();
      return read(picture);
    }
  };
}

async function browsersOwn(): Promise<Detector | null> {
  const { BarcodeDetector } = globalThis as { BarcodeDetector?: DetectorClass };
  const formats = await BarcodeDetector?.getSupportedFormats().catch((): string[] => []);
  return BarcodeDetector && formats?.includes("qr_code") ? new BarcodeDetector(FORMATS) : null;
}

async function zxing(): Promise<Read> {
  const [{ BarcodeDetector, prepareZXingModule }, { default: wasm }] = await Promise.all([
    import("barcode-detector/ponyfill"),
    import("zxing-wasm/reader/zxing_reader.wasm?url"),
  ]);
  // From here, not from the delivery network that it would take by itself.
  await prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
  return reading(new (BarcodeDetector as unknown as DetectorClass)(FORMATS));
}
