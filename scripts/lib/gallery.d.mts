export const GALLERY: string;
export function buildGallery(): Promise<void>;
