mod attacks;
mod binding;
mod carriage;
mod files;
mod hostile;
mod pipeline;
mod sd_cwt;
mod subject;
