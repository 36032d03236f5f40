import { useState } from 'react';
import { heldOf } from '../../tape/held.ts';
import { parseTape, type Tape } from '../../tape/schema.ts';
import { addressOf } from '../address/browser.ts';
import { useSession } from '../session/context.tsx';
import { Choice } from './Choice.tsx';
import { Copy } from './Copy.tsx';
import { download, kilobytes, pngOf, reason } from './drawn.ts';
import { Preview } from './Preview.tsx';
import { fileName, type Shared } from './shared.ts';
import { folder, shownOf, storyHere } from './shown.ts';
import { LANGUAGES, type Language, snippetIn } from './snippets.ts';
import { useMade } from './useMade.ts';

const BEGINS = [
  { id: 'picture', name: 'Picture, then Play' },
  { id: 'playing', name: 'Playing' },
  { id: 'still', name: 'Still' },
] as const;
type Begins = (typeof BEGINS)[number]['id'];

/** What shows the moment in another page, and how it looks there. A story's has a document here; any other is a folder to be saved. */
export function FigureTab(shared: Shared) {
  const session = useSession();
  const { hash, title, own, makes } = shared;
  const [language, setLanguage] = useState<Language>('html');
  const [begins, setBegins] = useState<Begins>('picture');
  const story = storyHere(session);
  const { at } = session.picture.getState().travel;
  const tape = useMade<Tape>(makes, story ? `${story.name} ${at}` : '', () =>
    story ? tapeOfStory(story.name, at) : makes.tape(),
  );
  const shown = shownOf(session, hash, title, begins);
  const seen = tape && 'value' in tape ? tape.value : null;
  return (
    <>
      {story ? (
        <Choice<Begins> label="Begins" of={BEGINS} chosen={begins} choose={setBegins} testid="begins" />
      ) : (
        <Folder {...shared} tape={seen} />
      )}
      {(story || !own) && (
        <>
          <Copy
            name={story ? 'For your page' : 'Without a folder: a frame that runs the machine, heavier'}
            text={snippetIn(language, shown)}
            testid="snippet"
          >
            <Choice<Language>
              label="Language"
              of={LANGUAGES}
              chosen={language}
              choose={setLanguage}
              testid="language"
            />
          </Copy>
          <p className="muted">
            {story
              ? 'A picture that plays where it stands, without workers or captures; it loads the machine when a reader changes something.'
              : 'The whole stage with its workers and the bundled capture, from this address.'}
          </p>
        </>
      )}
      {seen && (
        <Preview
          tape={seen}
          called={{ title: story ? '' : title, look: '' }}
          begins={story ? begins : 'picture'}
          makes={makes}
        />
      )}
      <small role="status" data-testid="figure-said">
        {tape === null ? 'The tape is being made.' : 'why' in tape ? tape.why : ''}
      </small>
    </>
  );
}

/** The tape that is published with this page, standing where the page does. */
async function tapeOfStory(name: string, at: number): Promise<Tape> {
  const answer = await fetch(`${folder()}m/${name}/tape.json`);
  if (!answer.ok) throw new Error(`This server has no m/${name}/tape.json; npm run build makes it.`);
  return { ...parseTape(await answer.json()), at };
}

/** Everything that plays the moment, as a zip to be put anywhere. */
function Folder({ hash, title, own, makes, tape }: Shared & { tape: Tape | null }) {
  const [said, setSaid] = useState('');
  const [busy, setBusy] = useState(false);
  const name = fileName(title);
  const save = async () => {
    if (!tape) return;
    setBusy(true);
    setSaid('The folder is being packed.');
    try {
      const figure = await makes.figure();
      const parts = {
        tape: { ...tape, name },
        called: { title, look: '' },
        style: new TextDecoder().decode(figure['figure.css']),
        url: addressOf(hash, false),
        moment: hash.replace(/^#m=/, ''),
      };
      const light = await makes.maker.make({ kind: 'poster', ...parts, theme: 'light', shape: 'figure' });
      const png = await pngOf(light.svg, light, 2).catch(() => null);
      const zip = await makes.maker.make({ kind: 'folder', ...parts, page: folder(), png, figure });
      download(zip, 'application/zip', `${name}.zip`);
      setSaid(
        `Saved as ${name}.zip, ${kilobytes(zip.length)}${png ? '' : '; without a PNG, which this browser does not draw'}.`,
      );
    } catch (error) {
      setSaid(reason(error));
    }
    setBusy(false);
  };
  return (
    <>
      <p data-testid="folder-holds">
        Your choices are no story’s: the figure is a folder of its own, <code>{name}/</code>, to be put on any
        server. It holds the tape, the pictures and a page that plays without a machine
        {own && tape ? `, and of your capture ${heldOf(tape)}` : ''}; no bytes of packets, no keys.
      </p>
      <div className="dialog-foot">
        <button
          type="button"
          className="btn primary"
          data-testid="save-folder"
          disabled={busy || !tape}
          onClick={() => void save()}
        >
          Save the folder as a zip
        </button>
        <small role="status" data-testid="folder-said">
          {said}
        </small>
      </div>
    </>
  );
}
