// The code as an image: what came as a document is shown as a picture, in which nothing can run.

export const qrImage = (svg: string): string => `data:image/svg+xml,${encodeURIComponent(svg)}`;
