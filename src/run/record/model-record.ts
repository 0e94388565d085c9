import type { PreparedDataset } from '../../data/dataset.js';
import { encodeModel } from '../../model/file/model-file.js';
import type { ModelMember } from '../../model/model.js';
import type { SweepSpec } from '../../spec/sweep-spec.js';

/** The model of a run, and the sweep that it was trained for. */
export interface TrainedModel extends Omit<ModelMember, 'preparation'> {
  readonly dataset: Pick<PreparedDataset, 'classNames' | 'rareClasses' | 'preparation'>;
  readonly spec: Pick<SweepSpec, 'data' | 'metric'>;
}

/** The model of a run as the bytes of a model file. */
export function modelFileOf({ dataset, spec, ...member }: TrainedModel): Uint8Array {
  const { classNames, rareClasses, preparation } = dataset;
  const { delimiter, header, names, decimal, missing_values, label } = spec.data ?? {};
  const { costs: _costs, ...metric } = spec.metric;
  return encodeModel({
    classNames,
    reading: { delimiter, header, names, decimal, missing_values, label },
    scoring: { rareClasses, metric },
    members: [{ ...member, preparation }],
  });
}
