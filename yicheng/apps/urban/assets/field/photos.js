// Photos wait on the device, perhaps for hours: they are made smaller first. What cannot be read stays as it is.
const LONGEST = 2000;
const ENOUGH_BYTES = 600_000;

/** A JPEG of at most 2,000 pixels, or the file itself when it is small or no picture the browser can read. */
export async function smaller(file) {
  if (!file.type.startsWith("image/") || file.size <= ENOUGH_BYTES) return file;
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => null);
  if (!picture) return file;
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = Object.assign(document.createElement("canvas"), { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
  return blob && blob.size < file.size ? new File([blob], file.name.replace(/\.\w+$/, ".jpg"), { type: "image/jpeg" }) : file;
}
