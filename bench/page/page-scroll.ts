import type { Page } from 'playwright-core';
import Type from 'typebox';
import Value from 'typebox/value';

const Frames = Type.Array(Type.Number());

/**
 * Moves what `selector` scrolls by `stepPx` in each frame, and says how long each frame took in milliseconds. Turns at the end.
 * The browser offers 60 frames a second: 16.7 ms is as short as a frame gets.
 */
export async function measureScroll(
  page: Page,
  options: { readonly selector: string; readonly stepPx: number; readonly frames: number },
): Promise<readonly number[]> {
  const { selector, stepPx, frames } = options;
  const measured = await page.evaluate(`new Promise((resolve) => {
    const box = document.querySelector(${JSON.stringify(selector)});
    const times = [];
    let before = 0;
    let step = ${stepPx};
    requestAnimationFrame(function next(now) {
      if (before !== 0) times.push(now - before);
      before = now;
      if (times.length === ${frames}) return resolve(times);
      const top = box.scrollTop + step;
      if (top <= 0 || top >= box.scrollHeight - box.clientHeight) step = -step;
      box.scrollTop = top;
      requestAnimationFrame(next);
    });
  })`);
  return Value.Parse(Frames, measured);
}

/** The control: a box of the same height with nothing in it, on the page as it stands. */
export async function addEmptyBox(page: Page, heightPx: number): Promise<string> {
  await page.evaluate(`{
    const box = document.createElement('div');
    box.id = 'control';
    box.style.cssText = 'height:600px;overflow:auto';
    const inside = document.createElement('div');
    inside.style.height = '${heightPx}px';
    box.append(inside);
    document.body.replaceChildren(box);
  }`);
  return '#control';
}
