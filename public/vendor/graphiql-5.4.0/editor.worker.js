import{a}from"./part-3FPHSRGO.js";import"./part-EXTSHI5E.js";import"./part-6YIM6UC6.js";import"./part-GB37B2ZY.js";import"./part-HKALDSKA.js";import"./part-BXA723OS.js";export{a as initialize};
